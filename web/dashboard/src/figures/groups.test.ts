import { describe, expect, it } from "vitest";

import { Format } from "../format/format";
import { en } from "../i18n/en";
import type { Setting } from "../state/setting";
import { barsOf, type GroupRow, groupSheet } from "./groups";

const setting = {
  words: en,
  shop: { country: ["FR"] },
  address: { filters: {} },
  may: { kpi: () => true },
  kpiName: String,
  format: new Format("en-GB", { currency: "EUR", timeZone: "Europe/Paris" }),
} as unknown as Setting;

const row = (dimension: "PRODUCT" | "CATEGORY", value: string | null, label: string | null): GroupRow => ({
  key: [{ dimension, value, label }],
  share: null,
  kpis: { totalSales: 1 },
});

describe("rows of one name", () => {
  const rows = [row("PRODUCT", "P-1", "Oak table"), row("PRODUCT", "P-2", "Lamp"), row("PRODUCT", "P-3", "Oak table"), row("PRODUCT", null, null)];
  const names = ["Oak table (P-1)", "Lamp", "Oak table (P-3)", "Not known"];

  it("are told apart by their codes, in tables and in charts", () => {
    expect(groupSheet(setting, "Product", { rows }, ["totalSales"]).rows.map(([first]) => first?.shown)).toEqual(names);
    expect(barsOf(setting, rows, "totalSales", []).map(({ name }) => name)).toEqual(names);
  });
});
