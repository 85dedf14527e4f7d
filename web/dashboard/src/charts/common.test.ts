import { describe, expect, it } from "vitest";

import { stepsOf } from "./common";

describe("the steps of an axis", () => {
  it("stop at the whole for a ratio that comes near it", () => {
    expect(stepsOf(true, 0.01, [0.2, 1, null])).toEqual({ minInterval: 0.01, max: 1, interval: 0.25 });
    expect(stepsOf(true, 0.01, [0.2, 0.4])).toEqual({ minInterval: 0.01 });
    expect(stepsOf(true, 0.01, [-0.2, 0.9])).toEqual({ minInterval: 0.01, max: 1 });
  });

  it("have no halves of what is counted", () => {
    expect(stepsOf(false, 1, [1, 2])).toEqual({ minInterval: 1 });
  });
});
