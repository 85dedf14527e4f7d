import { describe, expect, it } from "vitest";

import { readableBars } from "./distances";

const fine = (...counts: number[]) =>
  counts.map((orderCount, index) => ({ from: index * 50, to: index * 50 + 50, orderCount }));

describe("bars of distances", () => {
  it("keep the many apart, and the few that travel far together", () => {
    const bars = readableBars(fine(5, 4, ...Array<number>(98).fill(0), 1), 90);
    expect(bars).toEqual([
      { from: 0, to: 50, orderCount: 5 },
      { from: 50, to: 100, orderCount: 4 },
      { from: 100, to: 150, orderCount: 0 },
      { from: 150, to: null, orderCount: 1 },
    ]);
  });

  it("are no more than one can read, and lose no order", () => {
    const bars = readableBars(fine(...Array<number>(400).fill(2)), 18_000);
    expect(bars.length).toBeLessThanOrEqual(21);
    expect(bars.reduce((sum, bar) => sum + bar.orderCount, 0)).toBe(800);
  });

  it("are none where nothing was measured", () => {
    expect(readableBars([], null)).toEqual([]);
  });
});
