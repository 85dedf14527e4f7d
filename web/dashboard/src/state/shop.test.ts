import { describe, expect, it } from "vitest";

import { hasOwnYears, isTimed, type Shop } from "./shop";

const paris = (firstOrderAt: string | null, lastOrderAt: string | null) => isTimed({ firstOrderAt, lastOrderAt, timeZone: "Europe/Paris" });

describe("a shop", () => {
  it("knows its orders by the day alone where the first and the last are of midnight", () => {
    expect(paris("2024-12-31T23:00:00+00:00", "2025-06-30T22:00:00+00:00")).toBe(false);
    expect(paris("2025-01-01T00:00:00+00:00", "2025-07-01T00:00:00+00:00")).toBe(false);
    expect(paris("2024-12-31T23:00:00+00:00", "2025-06-30T22:00:07+00:00")).toBe(true);
    expect(paris(null, null)).toBe(true);
  });

  it("has years of its own where they begin elsewhere, or are made of weeks", () => {
    const calendar: Shop["calendar"] = { firstWeekday: "MONDAY", firstMonth: 1, weeks: null, yearStart: "2025-01-01", years: [] };
    expect(hasOwnYears({ calendar })).toBe(false);
    expect(hasOwnYears({ calendar: { ...calendar, firstMonth: 4 } })).toBe(true);
    expect(hasOwnYears({ calendar: { ...calendar, weeks: "FOUR_FIVE_FOUR" } })).toBe(true);
  });
});
