import type { Grain } from "../api/generated/graphql";
import type { Stretch } from "../format/format";
import { addYears } from "../state/period";
import type { Setting } from "../state/setting";
import type { Figures } from "./groups";

export interface Bucket extends Stretch {
  /** Whether all of it is counted: it is over, and the period does not cut it. */
  readonly complete?: boolean;
  readonly kpis: Figures;
  readonly yearBefore?: { readonly kpis: Figures | null } | null;
}

/** A series, and the one that it is drawn in front of. */
export interface Series {
  readonly grain: Grain;
  readonly buckets: readonly Bucket[];
  /** What each bucket is compared with; absent where there was no shop, or nothing that is as long. */
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

function periodBefore({ days, calendar }: Setting, _: Grain, buckets: readonly Bucket[], earlier: readonly Bucket[]) {
  return buckets.map((_, index) => {
    const end = earlier[index + 1]?.date ?? days.from;
    return wasOpen(calendar, end) ? earlier[index]?.kpis : undefined;
  });
}

/**
 * A bucket's own year before is whole. One that the period cuts, or that still runs, is
 * held against the part of that year which the baseline has of it.
 */
function yearBefore({ days, calendar }: Setting, grain: Grain, buckets: readonly Bucket[], earlier: readonly Bucket[]) {
  return buckets.map(({ date, complete, yearBefore }, index) => {
    const next = buckets[index + 1]?.date ?? days.to;
    if (!wasOpen(calendar, next && addYears(next, -1))) return undefined;
    if (complete !== false) return yearBefore?.kpis ?? undefined;
    // Weeks and hours of two years do not begin together.
    if (grain === "HOUR" || grain === "WEEK") return undefined;
    return earlier.find((bucket) => bucket.date === addYears(date, -1))?.kpis;
  });
}

/** Whether the shop had begun by the end of a stretch: before that there is nothing, not a zero. */
function wasOpen({ firstDay }: Setting["calendar"], end: string | undefined): boolean {
  return end === undefined || firstDay === undefined || firstDay < end;
}
