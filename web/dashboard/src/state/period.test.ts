import { describe, expect, it } from "vitest";

import { baselineOf, type Calendar, cohortGrainFor, daysOf, grainFor, isDay, periodInput, spanInDays, wasThere } from "./period";

const calendar: Calendar = { today: "2026-03-10", firstDay: "2023-01-05", lastDay: "2026-03-09" };

describe("a period", () => {
  it("ends with today and has as many days as it says", () => {
    expect(daysOf({ kind: "preset", preset: "30d" }, calendar)).toEqual({ from: "2026-02-09", to: "2026-03-11" });
  });

  it("begins twelve months with the first day of one", () => {
    expect(daysOf({ kind: "preset", preset: "12m" }, calendar)).toEqual({ from: "2025-04-01", to: "2026-03-11" });
  });

  it("shows the current year up to today, and any other whole", () => {
    expect(daysOf({ kind: "year", year: 2026 }, calendar)).toEqual({ from: "2026-01-01", to: "2026-03-11" });
    expect(daysOf({ kind: "year", year: 2025 }, calendar)).toEqual({ from: "2025-01-01", to: "2026-01-01" });
  });

  it("is the shop's own year to date", () => {
    const fiscal = { ...calendar, yearStart: "2025-07-01" };
    expect(daysOf({ kind: "preset", preset: "ytd" }, fiscal)).toEqual({ from: "2025-07-01", to: "2026-03-11" });
    const silent = { ...fiscal, lastDay: "2017-06-30" };
    expect(daysOf({ kind: "preset", preset: "ytd" }, silent)).toEqual({ from: "2016-07-01", to: "2017-07-01" });
  });

  it("is a year as the shop cuts it, up to today", () => {
    const ownYears = [
      { label: "2024/25", firstDay: "2024-04-01", lastDay: "2025-03-31" },
      { label: "2025/26", firstDay: "2025-04-01", lastDay: "2026-03-31" },
    ];
    const fiscal = { ...calendar, ownYears };
    expect(daysOf({ kind: "ownYear", year: 2024 }, fiscal)).toEqual({ from: "2024-04-01", to: "2025-04-01" });
    expect(daysOf({ kind: "ownYear", year: 2025 }, fiscal)).toEqual({ from: "2025-04-01", to: "2026-03-11" });
    // A year that it has no orders of, in a link from elsewhere, is the usual period.
    expect(daysOf({ kind: "ownYear", year: 1999 }, fiscal)).toEqual({ from: "2025-04-01", to: "2026-03-11" });
    expect(daysOf({ kind: "ownYear", year: 2024 }, calendar)).toEqual({ from: "2025-04-01", to: "2026-03-11" });
  });

  it("holds the last day of a range", () => {
    const range = { kind: "range", from: "2026-02-01", to: "2026-02-28" } as const;
    expect(daysOf(range, calendar)).toEqual({ from: "2026-02-01", to: "2026-03-01" });
  });

  it("looks at a silent shop from its last order", () => {
    const silent = { ...calendar, lastDay: "2017-12-30" };
    expect(daysOf({ kind: "preset", preset: "12m" }, silent)).toEqual({ from: "2017-01-01", to: "2017-12-31" });
  });

  it("asks for all time by no period at all", () => {
    expect(periodInput(daysOf({ kind: "preset", preset: "all" }, calendar))).toBeNull();
    expect(spanInDays({}, calendar)).toBe(1161);
  });
});

describe("the time before", () => {
  it("is as many days, or the same days of the year before", () => {
    const days = { from: "2025-03-01", to: "2025-03-11" };
    expect(baselineOf(days, "period")).toEqual({ from: "2025-02-19", to: "2025-03-01" });
    expect(baselineOf(days, "year")).toEqual({ from: "2024-03-01", to: "2024-03-11" });
    expect(baselineOf({}, "year")).toBeUndefined();
  });

  it("is not whole where the shop begins in the middle of it", () => {
    const year = { from: "2024-01-01", to: "2025-01-01" };
    const days = [undefined, "2023-05-01", "2024-01-20", "2024-03-01", "2026-01-01"];
    expect(days.map((firstDay) => wasThere({ ...(firstDay && { firstDay }) }, year))).toEqual([true, true, true, false, false]);
  });
});

describe("a day", () => {
  it("is one of the calendar's, and one that the server knows", () => {
    expect(["2024-02-29", "0001-01-01", "9999-12-30"].map(isDay)).toEqual([true, true, true]);
    expect(["2025-02-29", "2025-13-01", "0000-12-31", "9999-12-31", ""].map(isDay)).toEqual(Array(5).fill(false));
  });
});

describe("a grain", () => {
  it.each([
    [1, "HOUR"],
    [30, "DAY"],
    [90, "DAY"],
    [180, "WEEK"],
    [365, "MONTH"],
    [4 * 365, "MONTH"],
    [10 * 365, "QUARTER"],
    [20 * 365, "YEAR"],
  ])("of %i days is a %s", (days, grain) => {
    expect(grainFor(days)).toBe(grain);
  });

  it("is no hour where orders are known by their day", () => {
    expect([grainFor(1, false), grainFor(2, false)]).toEqual(["DAY", "DAY"]);
  });

  it("makes no more than some twenty cohorts", () => {
    expect([30, 365, 1460, 4000].map(cohortGrainFor)).toEqual(["WEEK", "MONTH", "QUARTER", "YEAR"]);
  });
});
