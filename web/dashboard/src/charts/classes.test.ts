import { describe, expect, it } from "vitest";

import { classesOf, colourIn } from "./classes";
import type { Palette } from "./palette";

const palette = { ramp: ["a", "b", "c", "d", "e"], diverging: ["--", "-", "+", "++"] } as unknown as Palette;
const bounds = (values: number[], isAmount: boolean) => classesOf(values, isAmount, palette).map(({ from }) => from);

describe("classes of a map", () => {
  it("tell small amounts apart", () => {
    expect(bounds([10, 1000], true)).toEqual([0, 40, 160, 360, 640]);
  });

  it("are even between the least and the greatest mean", () => {
    expect(bounds([0.2, 0.3], false)).toEqual([0.2, 0.22, 0.24, 0.26, 0.28]);
  });

  it("split losses from profits", () => {
    const classes = classesOf([-100, -3, 0, 400], true, palette);
    expect([-100, -3, 0, 400].map((value) => colourIn(classes, value))).toEqual(["-", "-", "+", "++"]);
  });

  it("hold every value, and one value too", () => {
    expect(colourIn(classesOf([1234, 10], true, palette), 1234)).toBe("e");
    expect(colourIn(classesOf([5], false, palette), 5)).toBeDefined();
    expect(classesOf([], true, palette)).toEqual([]);
  });
});
