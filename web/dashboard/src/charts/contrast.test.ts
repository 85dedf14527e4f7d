import { describe, expect, it } from "vitest";

import { colourAt, inkOn } from "./contrast";

describe("what is written on a colour", () => {
  it("is what differs more from it", () => {
    expect(inkOn([255, 255, 255])).toBe("#000000");
    expect(inkOn([0, 0, 0])).toBe("#ffffff");
    // #767676 is the lightest grey with 4.5:1 to white.
    expect(inkOn([0x70, 0x70, 0x70])).toBe("#ffffff");
    expect(inkOn([0x80, 0x80, 0x80])).toBe("#000000");
  });
});

describe("a ramp", () => {
  it("goes evenly from colour to colour", () => {
    const ramp = ["#000000", "#ff0000", "#ffff00"];
    expect([0, 0.25, 0.5, 1].map((place) => colourAt(ramp, place))).toEqual([
      [0, 0, 0],
      [127.5, 0, 0],
      [255, 0, 0],
      [255, 255, 0],
    ]);
  });
});
