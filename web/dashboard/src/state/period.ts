import type { Grain, Period } from "../api/generated/graphql";

/** Calendar days as `YYYY-MM-DD`, half open; an absent end is unbounded. */
export interface DayRange {
  readonly from?: string;
  readonly to?: string;
}

/** What the reader chose: kept as chosen, so that a shared "last 30 days" stays the last 30 days. */
export type PeriodChoice =
  | { readonly kind: "preset"; readonly preset: Preset }
  | { readonly kind: "year"; readonly year: number }
  /** A year of the shop's own calendar, by the number that its name begins with. */
  | { readonly kind: "ownYear"; readonly year: number }
  | { readonly kind: "range"; readonly from: string; readonly to: string };

export const PRESETS = ["30d", "90d", "12m", "ytd", "all"] as const;
export type Preset = (typeof PRESETS)[number];

export const DEFAULT_PERIOD: PeriodChoice = { kind: "preset", preset: "12m" };

/** What periods are reckoned from. */
export interface Calendar {
  /** Today in the shop's time zone. */
  readonly today: string;
  /** The days of the first and the last order; absent where the shop has none. */
  readonly firstDay?: string;
  readonly lastDay?: string;
  /** The first day of the shop's own year that today is in; of the Gregorian one without it. */
  readonly yearStart?: string;
  /** The shop's own years with orders, where they are other ones than those of the calendar. */
  readonly ownYears?: readonly OwnYear[];
}

/** A year as the shop cuts it, `2024/25`, from its first to its last day. */
export interface OwnYear {
  readonly label: string;
  readonly firstDay: string;
  readonly lastDay: string;
}

/** A shop that has been silent for longer than this is looked at from its last order. */
const SILENCE_IN_DAYS = 31;

const DAY_IN_MS = 86_400_000;

/** The days that a choice stands for. */
export function daysOf(choice: PeriodChoice, calendar: Calendar): DayRange {
  const tomorrow = addDays(calendar.today, 1);
  switch (choice.kind) {
    case "range":
      // The last day is part of what the reader chose.
      return { from: choice.from, to: addDays(choice.to, 1) };
    case "year":
      return upTo(tomorrow, `${choice.year}-01-01`, `${choice.year + 1}-01-01`);
    case "ownYear": {
      const own = ownYear(choice.year, calendar);
      // A link may name a year that this shop has no orders of.
      return own ? upTo(tomorrow, own.firstDay, addDays(own.lastDay, 1)) : presetRange("12m", calendar);
    }
    case "preset":
      return presetRange(choice.preset, calendar);
  }
}

/** A year up to today: days that are still to come would compare as days without sales. */
function upTo(tomorrow: string, from: string, end: string): DayRange {
  return { from, to: tomorrow > from && tomorrow < end ? tomorrow : end };
}

/** The number of a year, which its name begins with. */
export function numberOf({ label }: OwnYear): number {
  return Number(label.slice(0, 4));
}

/** The shop's own year of a number. */
export function ownYear(year: number, { ownYears = [] }: Pick<Calendar, "ownYears">): OwnYear | undefined {
  return ownYears.find((it) => numberOf(it) === year);
}

function presetRange(preset: Preset, calendar: Calendar): DayRange {
  const last = anchor(calendar);
  const to = addDays(last, 1);
  switch (preset) {
    case "30d":
      return { from: addDays(to, -30), to };
    case "90d":
      return { from: addDays(to, -90), to };
    case "12m":
      // Whole months, so that no bucket but the last is a part of one.
      return { from: addMonths(`${last.slice(0, 7)}-01`, -11), to };
    case "ytd":
      return { from: yearStart(calendar, last), to };
    case "all":
      return {};
  }
}

/** The first day of the year that a day is in. */
function yearStart(calendar: Calendar, day: string): string {
  let start = calendar.yearStart ?? `${calendar.today.slice(0, 4)}-01-01`;
  while (start > day) start = addYears(start, -1);
  return start;
}

/** The day that presets end with. */
export function anchor({ today, lastDay }: Calendar): string {
  return lastDay !== undefined && daysBetween(lastDay, today) > SILENCE_IN_DAYS ? lastDay : today;
}

export function periodInput({ from, to }: DayRange): Period | null {
  if (from === undefined && to === undefined) return null;
  return { between: { from: from ?? null, to: to ?? null } };
}

/** How many days the range has; an unbounded one reaches over the shop's orders. */
export function spanInDays(range: DayRange, calendar: Calendar): number {
  const from = range.from ?? calendar.firstDay ?? calendar.today;
  const to = range.to ?? addDays(anchor(calendar), 1);
  return Math.max(1, daysBetween(from, to));
}

/** Whether the period before is the year before. */
export function isWholeYear({ from, to }: DayRange): boolean {
  return from !== undefined && to !== undefined && from.endsWith("-01-01") && to === `${Number(from.slice(0, 4)) + 1}-01-01`;
}

/** How much of a period a shop may have missed at its beginning, for the rest to be compared with a whole one. */
const MISSED = 0.1;

/** Whether the shop was there for a period, rather than beginning in the middle of it: before its first order there is nothing, not a zero. */
export function wasThere({ firstDay }: Pick<Calendar, "firstDay">, { from, to }: Required<DayRange>): boolean {
  return firstDay === undefined || daysBetween(from, firstDay) <= MISSED * daysBetween(from, to);
}

/** The days that a period stands beside; none beside all time. The server has them to the day: months differ by a few. */
export function baselineOf({ from, to }: DayRange, before: "year" | "period"): Required<DayRange> | undefined {
  if (from === undefined || to === undefined) return undefined;
  if (before === "year") return { from: addYears(from, -1), to: addYears(to, -1) };
  return { from: addDays(from, -daysBetween(from, to)), to: from };
}

/** The grain that shows a span as a line of some ten to a hundred points. */
export function grainFor(days: number, isTimed = true): Grain {
  if (days <= 2 && isTimed) return "HOUR";
  if (days <= 100) return "DAY";
  if (days <= 240) return "WEEK";
  if (days <= 366 * 5) return "MONTH";
  return days <= 366 * 15 ? "QUARTER" : "YEAR";
}

/** The grain whose cohorts make a table that one can read. */
export function cohortGrainFor(days: number): Grain {
  if (days <= 45) return "WEEK";
  if (days <= 500) return "MONTH";
  return days <= 366 * 8 ? "QUARTER" : "YEAR";
}

/** The first day after a bucket. */
export function bucketEnd(date: string, grain: Grain): string {
  switch (grain) {
    case "HOUR":
    case "DAY":
      return addDays(date, 1);
    case "WEEK":
      return addDays(date, 7);
    case "MONTH":
      return addMonths(date, 1);
    case "QUARTER":
      return addMonths(date, 3);
    case "YEAR":
      return addYears(date, 1);
  }
}

/** The days that the server knows, with one more after each. */
const FIRST_DAY = "0001-01-01";
const LAST_DAY = "9999-12-30";

/** Whether there is such a day: browsers read 31 February as one in March. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text) || Number.isNaN(Date.parse(text))) return false;
  return text >= FIRST_DAY && text <= LAST_DAY && addDays(text, 0) === text;
}

export function addDays(day: string, days: number): string {
  return new Date(Date.parse(day) + days * DAY_IN_MS).toISOString().slice(0, 10);
}

/** The same day of another year; 29 February is 1 March where there is none. */
export function addYears(day: string, years: number): string {
  const date = new Date(day);
  date.setUTCFullYear(date.getUTCFullYear() + years);
  return date.toISOString().slice(0, 10);
}

function addMonths(firstOfMonth: string, months: number): string {
  const date = new Date(firstOfMonth);
  date.setUTCMonth(date.getUTCMonth() + months);
  return date.toISOString().slice(0, 10);
}

export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / DAY_IN_MS);
}
