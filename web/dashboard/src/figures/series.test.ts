import { describe, expect, it } from "vitest";

import type { Grain } from "../api/generated/graphql";
import type { Setting } from "../state/setting";
import { type Bucket, comparedSeries } from "./series";

/** A bucket by its days; what is counted of it ends with `end`. */
const bucket = (date: string, start: string, end: string, totalSales: number, complete = true): Bucket => ({
  date,
  start: `${start}T00:00:00Z`,
  end: end.includes("T") ? end : `${end}T00:00:00Z`,
  complete,
  kpis: { totalSales },
  yearBefore: { kpis: { totalSales: totalSales / 2 } },
});

function beside(before: "year" | "period", firstDay: string, grain: Grain, buckets: Bucket[], earlier: Bucket[], weeks: "FOUR_FIVE_FOUR" | null = null) {
  const days = { from: buckets[0]?.start?.slice(0, 10), to: buckets.at(-1)?.end?.slice(0, 10) };
  const shop = { calendar: { weeks } };
  const setting = { shop, address: { before }, days, calendar: { today: "2025-03-27", firstDay } } as unknown as Setting;
  const { before: values } = comparedSeries(setting, grain, { timeSeries: buckets, before: { kpis: { timeSeries: earlier } } });
  return values?.map((value) => value?.totalSales);
}

const months = [
  bucket("2025-01-01", "2025-01-01", "2025-02-01", 10),
  bucket("2025-02-01", "2025-02-01", "2025-03-01", 20),
  bucket("2025-03-01", "2025-03-01", "2025-03-28", 30, false),
];

describe("the time before", () => {
  it("stands beside whole buckets, and beside a cut one as much of it", () => {
    const yearBefore = [
      bucket("2024-01-01", "2024-01-01", "2024-02-01", 1),
      bucket("2024-02-01", "2024-02-01", "2024-03-01", 2),
      bucket("2024-03-01", "2024-03-01", "2024-03-27T17:00:00Z", 3, false),
    ];
    expect(beside("year", "2020-01-01", "MONTH", months, yearBefore)).toEqual([5, 10, 3]);
  });

  it("leaves out what is not as long: 27 days are no month", () => {
    const periodBefore = [
      bucket("2024-10-01", "2024-10-07", "2024-11-01", 1, false),
      bucket("2024-11-01", "2024-11-01", "2024-12-01", 2),
      bucket("2024-12-01", "2024-12-01", "2025-01-01", 3),
    ];
    expect(beside("period", "2020-01-01", "MONTH", months, periodBefore)).toEqual([undefined, 2, undefined]);
  });

  it("has today beside as much of a day", () => {
    const days = [bucket("2025-03-26", "2025-03-26", "2025-03-27", 1), bucket("2025-03-27", "2025-03-27", "2025-03-28", 2, false)];
    const earlier = [bucket("2025-03-24", "2025-03-24", "2025-03-25", 3), bucket("2025-03-25", "2025-03-25", "2025-03-25T17:00:00Z", 4, false)];
    expect(beside("period", "2020-01-01", "DAY", days, earlier)).toEqual([3, 4]);
  });

  it("of a year of weeks is 52 weeks earlier", () => {
    const now = [bucket("2025-03-02", "2025-03-02", "2025-03-28", 30, false)];
    const then = [bucket("2024-03-03", "2024-03-03", "2024-03-28T17:00:00Z", 3, false)];
    expect(beside("year", "2020-01-01", "MONTH", now, then, "FOUR_FIVE_FOUR")).toEqual([3]);
    expect(beside("year", "2020-01-01", "MONTH", now, then)).toEqual([undefined]);
  });

  it("is nothing before the shop's first order, and no month that the shop begins in the middle of", () => {
    expect(beside("year", "2024-02-15", "MONTH", months, [])).toEqual([undefined, undefined, undefined]);
    expect(beside("year", "2024-02-02", "MONTH", months, [])).toEqual([undefined, 10, undefined]);
  });
});
