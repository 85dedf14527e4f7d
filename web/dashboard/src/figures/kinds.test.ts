import { describe, expect, it } from "vitest";

import { aligned } from "./kinds";

const month = (date: string, totalSales: number) => ({ date, start: `${date}T00:00:00Z`, kpis: { totalSales } });

describe("parts over time", () => {
  it("stand over the same stretches, wherever each of them begins and ends", () => {
    const first = { name: "new", buckets: [month("2024-01-01", 5), month("2024-02-01", 6)] };
    const later = { name: "returning", buckets: [month("2024-02-01", 7), month("2024-03-01", 8)] };
    const { buckets, parts } = aligned([later, first]);
    expect(buckets.map(({ date }) => date)).toEqual(["2024-01-01", "2024-02-01", "2024-03-01"]);
    expect(parts.map((part) => part.buckets.map((bucket) => bucket?.kpis.totalSales))).toEqual([
      [undefined, 7, 8],
      [5, 6, undefined],
    ]);
  });
});
