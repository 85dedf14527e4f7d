import type { Grain } from "../api/generated/graphql";
import type { Stretch } from "../format/format";
import { addDays, addYears, bucketEnd, wasThere } from "../state/period";
import type { Setting } from "../state/setting";
import type { Figures } from "./groups";

export interface Bucket extends Stretch {
  /** Whether all of it is counted: it is over, and the period does not cut it. */
  readonly complete?: boolean;
  /** The first instant after what is counted. */
  readonly end?: string;
  readonly kpis: Figures;
  readonly yearBefore?: { readonly kpis: Figures | null } | null;
}

/** A series, and the one that it is drawn in front of. */
export interface Series {
  readonly grain: Grain;
  readonly buckets: readonly Bucket[];
  /** What each bucket is compared with; absent where there was no shop yet, or nothing that is as long. */
  readonly before?: readonly (Figures | undefined)[];
}

/** A series and the baseline that the reader chose, to date, as queries ask for them. */
interface Compared {
  readonly timeSeries: readonly Bucket[];
  readonly before?: { readonly kpis: { readonly timeSeries: readonly Bucket[] } | null } | null;
}

/** A series beside the period or the year before, as much against as much. */
export function comparedSeries(setting: Setting, grain: Grain, { timeSeries, before }: Compared): Series {
  const earlier = before?.kpis?.timeSeries ?? [];
  const align = setting.address.before === "year" ? yearBefore : periodBefore;
  return { grain, buckets: timeSeries, before: align(setting, grain, timeSeries, earlier) };
}

/** Places in line stand beside each other, but for those that one of the two periods cuts shorter than the other. */
function periodBefore({ days, calendar }: Setting, grain: Grain, buckets: readonly Bucket[], earlier: readonly Bucket[]) {
  return buckets.map((bucket, index) => {
    const then = earlier[index];
    if (!then || !isAsMuch(bucket, then)) return undefined;
    const end = earlier[index + 1]?.date ?? days.from ?? bucketEnd(then.date, grain);
    return wasThere(calendar, { from: then.date, to: end }) ? then.kpis : undefined;
  });
}

/**
 * A bucket's own year before is whole. One that the period cuts, or that still runs, is
 * held against the part of that year which the baseline has of it.
 */
function yearBefore({ days, calendar, shop }: Setting, grain: Grain, buckets: readonly Bucket[], earlier: readonly Bucket[]) {
  return buckets.map(({ date, complete, yearBefore }, index) => {
    const next = buckets[index + 1]?.date ?? days.to ?? bucketEnd(date, grain);
    if (!wasThere(calendar, { from: addYears(date, -1), to: addYears(next, -1) })) return undefined;
    if (complete !== false) return yearBefore?.kpis ?? undefined;
    // A year of weeks is as many weeks later; otherwise weeks and hours of two years do not begin together.
    const isOfWeeks = shop.calendar.weeks !== null;
    if (grain === "HOUR" || (grain === "WEEK" && !isOfWeeks)) return undefined;
    const then = isOfWeeks ? addDays(date, -WEEKS_IN_DAYS) : addYears(date, -1);
    return earlier.find((bucket) => bucket.date === then)?.kpis;
  });
}

/** The 52 weeks that a retail calendar goes back for a year. */
const WEEKS_IN_DAYS = 52 * 7;

/** What "to date" and a change of clocks may make two stretches differ by: the part of a day, in milliseconds. */
const PART_OF_A_DAY = 25 * 3_600_000;

/** Whether two buckets are whole, or cut to the same length. */
function isAsMuch(one: Bucket, other: Bucket): boolean {
  if (one.complete !== false && other.complete !== false) return true;
  return Math.abs(lengthOf(one) - lengthOf(other)) <= PART_OF_A_DAY;
}

function lengthOf({ start, end }: Bucket): number {
  return Date.parse(end ?? "") - Date.parse(start ?? "");
}
