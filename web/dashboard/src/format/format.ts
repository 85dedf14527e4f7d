import type { Grain } from "../api/generated/graphql";
import { isBuiltIn, type Kpi, ownUnit, type Unit, unitOf } from "../state/kpi";
import type { OwnWords } from "../state/own";
import { addDays } from "../state/period";

export type Value = number | null | undefined;

export interface ShopFormat {
  readonly currency: string;
  readonly timeZone: string;
}

/** What stands for a value that there is not. */
export const NOTHING = "–";

/** A stretch of time by its first day and, as far as it is known, its first instant. */
export interface Stretch {
  readonly date: string;
  readonly start?: string;
  /** What the server calls it, which knows the shop's calendar. */
  readonly label?: string;
}

/** A month of a retail calendar has a number in its year, `2024/25-M01`, and no name. */
function retailMonth(label?: string): string | undefined {
  const [year, month] = label?.split("-M") ?? [];
  return month && `M${month} ${year}`;
}

const WHOLE = { maximumFractionDigits: 0 } as const;

/** Between groups of digits French has a space so thin that it cannot be seen at this size. */
const THIN_SPACE = /\u202f/g;
const SPACE = "\u00a0";

const DAY_AND_MONTH = { day: "numeric", month: "short" } as const;

/** Numbers and dates as the reader's locale writes them, with the shop's currency and clock. */
export class Format {
  private readonly numbers = new Map<string, Intl.NumberFormat>();
  private readonly dates = new Map<string, Intl.DateTimeFormat>();

  constructor(
    readonly locale: string,
    readonly shop: ShopFormat,
    private readonly own: OwnWords = { kpis: new Map(), dimensions: new Map() },
  ) {}

  unitOf(kpi: Kpi): Unit {
    return isBuiltIn(kpi) ? unitOf(kpi) : ownUnit(this.own, kpi);
  }

  /** A KPI with all the digits that matter: what tables show. */
  kpi(kpi: Kpi, value: Value): string {
    return this.value(this.unitOf(kpi), value);
  }

  value(unit: Unit, value: Value): string {
    return value === null || value === undefined ? NOTHING : this.number(fullDigits(unit), value, unit);
  }

  /** A KPI at a glance: large amounts without cents. */
  headline(kpi: Kpi, value: Value): string {
    const unit = this.unitOf(kpi);
    if (value === null || value === undefined) return NOTHING;
    const rounded = unit === "money" && Math.abs(value) >= 10_000 ? { maximumFractionDigits: 0 } : fullDigits(unit);
    return this.number(rounded, value, unit);
  }

  /** A step of an axis, which is round by itself. */
  short(unit: Unit, value: Value): string {
    if (value === null || value === undefined) return NOTHING;
    if (unit === "money" && Math.abs(value) < 1_000) return this.number(Number.isInteger(value) ? WHOLE : {}, value, unit);
    const digits = unit === "ratio" ? 0 : Math.abs(value) < 10 ? 2 : 1;
    return this.number({ notation: "compact", minimumFractionDigits: 0, maximumFractionDigits: digits }, value, unit);
  }

  /** A value in a narrow place, with as many digits as can be told apart there. */
  brief(unit: Unit, value: Value): string {
    const isLong = Math.abs(value ?? 0) >= (unit === "money" ? 1_000 : 100_000);
    if (!isLong || (unit !== "money" && unit !== "count") || value === null || value === undefined) return this.value(unit, value);
    return this.number({ notation: "compact", minimumSignificantDigits: 3, maximumSignificantDigits: 3 }, value, unit);
  }

  /** A difference with its sign, in a narrow place. */
  signed(kpi: Kpi, value: Value): string {
    const text = this.brief(this.unitOf(kpi), value);
    return typeof value === "number" && value > 0 ? `+${text}` : text;
  }

  /** A change with its sign: `+12.4 %`. */
  change(value: Value): string {
    if (value === null || value === undefined) return NOTHING;
    return this.number({ signDisplay: "exceptZero", minimumFractionDigits: 1, maximumFractionDigits: 1 }, value, "ratio");
  }

  /** The same for a ratio, whose own change is told in points: from 20 % to 25 % is `+5.0 pts`. */
  points(value: Value): string {
    if (value === null || value === undefined) return NOTHING;
    const digits = { signDisplay: "exceptZero", minimumFractionDigits: 1, maximumFractionDigits: 1 } as const;
    return `${this.number(digits, value * 100, "count")}\u00a0pts`;
  }

  share(value: Value): string {
    return this.value("ratio", value);
  }

  /** A share that may be a very small one: one order of thousands. */
  smallShare(value: Value): string {
    if (value === null || value === undefined) return NOTHING;
    return this.number({ maximumSignificantDigits: 3 }, value, "ratio");
  }

  /** A day by its own calendar, whatever the reader's clock says. */
  day(day: string, style: Intl.DateTimeFormatOptions = { day: "numeric", month: "short", year: "numeric" }): string {
    return this.utc(new Date(day), style);
  }

  /** The days of a half-open range, the last one named as people do. */
  days(from: string, to: string): string {
    const style = { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" } as const;
    return this.dateFormat(style).formatRange(new Date(from), new Date(addDays(to, -1)));
  }

  /** A bucket of a series, as long as its grain needs. */
  bucket({ date, start, label }: Stretch, grain: Grain): string {
    switch (grain) {
      case "HOUR":
        return start ? this.instant(start, { month: "short", day: "numeric", hour: "numeric", minute: "2-digit" }) : date;
      case "DAY":
        return this.day(date, { weekday: "short", day: "numeric", month: "short", year: "numeric" });
      case "WEEK":
        return this.days(date, addDays(date, 7));
      case "MONTH":
        return retailMonth(label) ?? this.day(date, { month: "long", year: "numeric" });
      case "QUARTER":
        return this.quarter(date, label);
      case "YEAR":
        return label ?? date.slice(0, 4);
    }
  }

  /** The same, as short as an axis needs it. */
  tick({ date, start, label }: Stretch, grain: Grain): string {
    switch (grain) {
      case "HOUR":
        return start ? this.hourTick(date, start) : date;
      case "DAY":
      case "WEEK":
        return this.day(date, DAY_AND_MONTH);
      case "MONTH":
        return retailMonth(label) ?? this.day(date, { month: "short", year: "numeric" });
      case "QUARTER":
        return this.quarter(date, label).replace(/ \d\d(?=\d\d)/, " ");
      case "YEAR":
        return label ?? date.slice(0, 4);
    }
  }

  /**
   * A step of an axis of time, which is the first instant of an hour, a day, a month or a year.
   *
   * Where there are several years, each says so where it begins.
   */
  axisTime(time: number, inOneYear: boolean): string {
    const date = new Date(time);
    if (date.getUTCHours() > 0) return this.hour(date.getUTCHours());
    if (date.getUTCDate() > 1) return this.utc(date, DAY_AND_MONTH);
    if (date.getUTCMonth() > 0 || inOneYear) return this.utc(date, { month: "short" });
    return String(date.getUTCFullYear());
  }

  /** Where a bucket begins on such an axis: the shop's clock, as if it were UTC's. */
  timeOf({ date, start }: Stretch, grain: Grain): number {
    if (grain !== "HOUR" || !start) return Date.parse(date);
    const clock = new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeStyle: "short", timeZone: this.shop.timeZone });
    return Date.parse(`${clock.format(new Date(start)).replace(" ", "T")}Z`);
  }

  /** The least that two values of a unit can differ by, where there is such a step. */
  step(unit: Unit): number | undefined {
    if (unit === "count") return 1;
    if (unit === "ratio") return 0.01;
    if (unit !== "money") return undefined;
    const digits = new Intl.NumberFormat("en", { style: "currency", currency: this.shop.currency }).resolvedOptions();
    return 10 ** -(digits.maximumFractionDigits ?? 2);
  }

  /** Midnight is the day that begins; the other hours follow it. */
  private hourTick(date: string, start: string): string {
    const isMidnight = this.instant(start, { hour: "2-digit", hourCycle: "h23" }).startsWith("00");
    return isMidnight ? this.day(date, DAY_AND_MONTH) : this.instant(start, { hour: "numeric" });
  }

  /** An instant on the shop's clock. */
  instant(instant: string, style: Intl.DateTimeFormatOptions): string {
    return this.dateFormat({ ...style, timeZone: this.shop.timeZone }).format(new Date(instant));
  }

  /** A time on the reader's own clock, with its day where that is not today. */
  clock(time: Date, now: Date = new Date()): string {
    const isToday = time.toDateString() === now.toDateString();
    return this.dateFormat({ ...(!isToday && DAY_AND_MONTH), hour: "numeric", minute: "2-digit" }).format(time);
  }

  month(month: number, style: "short" | "long" = "long"): string {
    return this.day(`2024-${String(month).padStart(2, "0")}-01`, { month: style });
  }

  /** 1 is Monday. */
  weekday(weekday: number, style: "short" | "long" = "long"): string {
    return this.day(`2024-01-0${weekday}`, { weekday: style });
  }

  hour(hour: number): string {
    return this.dateFormat({ hour: "numeric", timeZone: "UTC" }).format(new Date(Date.UTC(2024, 0, 1, hour)));
  }

  private utc(date: Date, style: Intl.DateTimeFormatOptions): string {
    return this.dateFormat({ ...style, timeZone: "UTC" }).format(date);
  }

  /** A quarter and its year: that of the shop's calendar, where the server named it. */
  private quarter(date: string, label?: string): string {
    const [year, quarter] = label?.split("-Q") ?? [date.slice(0, 4), Math.ceil(Number(date.slice(5, 7)) / 3)];
    return `${this.locale.startsWith("fr") ? "T" : "Q"}${quarter} ${year}`;
  }

  private number(digits: Intl.NumberFormatOptions, value: number, unit: Unit): string {
    const options = { ...unitStyle(unit, this.shop.currency), ...digits };
    const key = JSON.stringify(options);
    let format = this.numbers.get(key);
    if (!format) this.numbers.set(key, (format = new Intl.NumberFormat(this.locale, options)));
    const text = format.format(value).replace(THIN_SPACE, SPACE);
    return typeof unit === "object" ? `${text}${SPACE}${unit.name}` : text;
  }

  private dateFormat(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
    const key = JSON.stringify(options);
    let format = this.dates.get(key);
    if (!format) this.dates.set(key, (format = new Intl.DateTimeFormat(this.locale, options)));
    return format;
  }
}

function unitStyle(unit: Unit, currency: string): Intl.NumberFormatOptions {
  switch (unit) {
    case "money":
      // The shop has one currency: there is no other dollar to tell it from.
      return { style: "currency", currency, currencyDisplay: "narrowSymbol" };
    case "ratio":
      return { style: "percent" };
    case "kilometres":
      return { style: "unit", unit: "kilometer" };
    case "days":
      return { style: "unit", unit: "day", unitDisplay: "long" };
    default:
      return {};
  }
}

function fullDigits(unit: Unit): Intl.NumberFormatOptions {
  switch (unit) {
    case "money":
      return {};
    case "ratio":
    case "days":
      return { minimumFractionDigits: 1, maximumFractionDigits: 1 };
    case "kilometres":
      return { maximumFractionDigits: 0 };
    case "mean":
    case "index":
      return { minimumFractionDigits: 2, maximumFractionDigits: 2 };
    case "count":
    default:
      return { maximumFractionDigits: 2 };
  }
}
