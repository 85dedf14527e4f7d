import { describe, expect, it } from "vitest";

import type { GroupRow } from "../figures/groups";
import { placeRows } from "./placed";

const row = (...levels: (string | null)[]): GroupRow => ({
  key: levels.map((value, index) => ({ dimension: levels.length - index === 1 && index > 0 ? "STATE" : "COUNTRY", value, label: value })),
  share: null,
  kpis: {},
});
const named = (rows: readonly GroupRow[]) => rows.map(({ key }) => key.map(({ value }) => value).join("/"));

describe("rows on a map", () => {
  it("are those of the US where it shows US states: Bulgaria has a Montana, too", () => {
    const rows = [row("Bulgaria", "Montana"), row("United States", "Montana"), row(null, "Ohio"), row("U. S.", "TX")];
    const { known, unknown } = placeRows({ name: "us" }, new Set(), rows);
    expect(known.map(({ place }) => place)).toEqual(["Montana", "Ohio", "Texas"]);
    expect(named(known.map((it) => it.row))).toEqual(["United States/Montana", "/Ohio", "U. S./TX"]);
    expect(named(unknown)).toEqual(["Bulgaria/Montana"]);
  });

  it("have a place each: the second one of a place is told of apart", () => {
    const { known, unknown } = placeRows({ name: "world" }, new Set(["Germany"]), [row("Germany"), row("DE"), row("Atlantis")]);
    expect(named(known.map((it) => it.row))).toEqual(["Germany"]);
    expect(named(unknown)).toEqual(["DE", "Atlantis"]);
  });
});
