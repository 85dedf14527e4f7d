import { describe, expect, it } from "vitest";

import { Format } from "../format/format";
import { en } from "../i18n/en";
import type { Setting } from "../state/setting";
import { type Cohort, cohortNotes, cohortRows } from "./cohorts";

const MONTHS = ["2024-11-01", "2024-12-01", "2025-01-01", "2025-02-01", "2025-03-01"];

/** A cohort of ten of whom five come back each month up to March. */
const cohort = (date: string): Cohort => ({
  date,
  label: date.slice(0, 7),
  size: 10,
  periods: MONTHS.filter((month) => month >= date).map((month, offset) => ({
    offset,
    date: month,
    customerCount: 5,
    share: 0.5,
    kpis: { totalSales: 100 },
    toDate: { totalSales: 100 * (offset + 1) },
  })),
});

const settingOf = (from: string, to: string) =>
  ({
    days: { from, to },
    calendar: { today: "2026-01-01" },
    address: { filters: {} },
    words: en,
    format: new Format("en-GB", { currency: "EUR", timeZone: "Europe/Paris" }),
  }) as unknown as Setting;

const cohorts = MONTHS.map(cohort);
const shown = (setting: Setting, figure: "share" | "sales" | "value") =>
  cohortRows(setting, cohorts, "MONTH", figure).rows.map(({ cohort: { label }, cells }) => [label, cells.map(({ cut }) => (cut ? "*" : ".")).join("")]);

describe("cohorts", () => {
  it("are all whose first orders are of the period; how many are earlier is told", () => {
    const setting = settingOf("2025-01-01", "2025-04-01");
    expect(shown(setting, "sales")).toEqual([["2025-01", "..."], ["2025-02", ".."], ["2025-03", "."]]);
    expect(cohortNotes(setting, cohortRows(setting, cohorts, "MONTH", "sales"))).toEqual([
      "2 cohorts are of the time before the period, and left out.",
    ]);
  });

  it("begin with the one that the period begins in the middle of, and mark what it cuts", () => {
    const setting = settingOf("2024-12-15", "2025-03-20");
    expect(shown(setting, "share")).toEqual([["2024-12", "..*"], ["2025-01", ".*"], ["2025-02", "*"]]);
    expect(shown(setting, "sales")[0]).toEqual(["2024-12", "*..*"]);
    // What its customers are worth lacks what they bought before.
    expect(shown(setting, "value")[0]).toEqual(["2024-12", "****"]);
  });

  it("have nothing left out of all time", () => {
    const setting = { ...settingOf("", ""), days: {} };
    expect(cohortRows(setting, cohorts, "MONTH", "sales").earlier).toBe(0);
  });
});
