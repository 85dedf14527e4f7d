import { describe, expect, it } from "vitest";

import { type LineChart, lineOption } from "./line";
import type { Palette } from "./palette";

const CHART: LineChart = {
  times: [0, 1, 2, 3, 4],
  tick: String,
  names: ["a", "b", "c", "d", "e"],
  lines: [{ name: "Sales", values: [1, 2, 3, 4, 5], role: "figure" }],
  cut: [true, false, false, false, true],
  cutName: "not complete",
  shown: String,
  short: String,
  steps: {},
};

const dataOf = (chart: LineChart) =>
  (lineOption(chart, {} as Palette).series as { data: [number, unknown][] }[]).map(({ data }) => data.map(([, value]) => value));

describe("a line", () => {
  it("is drawn apart to each place that is not complete, at both ends", () => {
    expect(dataOf(CHART)).toEqual([
      [null, 2, 3, 4, null],
      [1, 2, null, 4, 5],
    ]);
  });

  it("is drawn apart where there are only two places, of which one is not complete", () => {
    const two = { ...CHART, times: [0, 1], lines: [{ name: "Sales", values: [2, 1], role: "figure" }], cut: [false, true] } as const;
    expect(dataOf(two)).toEqual([
      [2, null],
      [2, 1],
    ]);
  });

  it("has a dot for a place that no line leads to", () => {
    const gaps = { ...CHART, lines: [{ name: "Year before", values: [1, null, null, 4, 5], role: "before" }] } as const;
    const [before] = lineOption(gaps, {} as Palette).series as [{ showSymbol: boolean; symbolSize: (value: unknown, at: object) => number }];
    expect(before.showSymbol).toBe(true);
    expect([0, 3, 4].map((dataIndex) => before.symbolSize(null, { dataIndex }))).toEqual([7, 0, 0]);
  });

  it("is one stroke where all places are complete", () => {
    expect(dataOf({ ...CHART, cut: [false, false, false, false, false] })).toEqual([[1, 2, 3, 4, 5]]);
  });
});
