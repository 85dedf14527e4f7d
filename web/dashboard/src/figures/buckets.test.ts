import { describe, expect, it } from "vitest";

import { Format } from "../format/format";
import { en } from "../i18n/en";
import type { Setting } from "../state/setting";
import { cardFigures } from "./buckets";

const format = new Format("en-GB", { currency: "EUR", timeZone: "Europe/Paris" });
const setting = { format, words: en, kpiName: String } as unknown as Setting;
const bucket = (date: string, totalSales: number, complete: boolean) => ({ date, complete, kpis: { totalSales } });
const scope = { totalSales: 1, previousPeriod: { change: {}, difference: {} }, previousYear: { change: {}, difference: {} } };
const sparkOf = (...buckets: ReturnType<typeof bucket>[]) =>
  cardFigures(setting, { grain: "MONTH", buckets }, "totalSales", scope).spark;

describe("a spark line", () => {
  it("has the whole buckets only: it has no room to say that one is not", () => {
    expect(sparkOf(bucket("2025-01-01", 1, false), bucket("2025-02-01", 5, true), bucket("2025-03-01", 6, true))).toEqual([5, 6]);
    expect(sparkOf(bucket("2025-02-01", 5, true), bucket("2025-03-01", 1, false))).toEqual([5]);
  });
});
