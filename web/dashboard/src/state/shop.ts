import type { ShopQuery } from "../api/generated/graphql";
import { type BuiltInDimension, DIMENSIONS, type FilterDimension, SEARCHED, type Searched } from "./filter";
import type { Calendar } from "./period";

export type Shop = ShopQuery["shop"];
export type Viewer = NonNullable<ShopQuery["viewer"]>;

export interface Choice {
  readonly value: string | null;
  readonly label: string | null;
}

/** The dimensions whose values are few enough to be chosen from a list: all but those that are searched. */
export type Listed = Exclude<BuiltInDimension, Searched>;

const SEARCHED_ONES: ReadonlySet<string> = new Set(SEARCHED);
const LISTED = DIMENSIONS.filter((it): it is Listed => !SEARCHED_ONES.has(it));

export function isListed(dimension: FilterDimension): dimension is Listed {
  return LISTED.some((it) => it === dimension);
}

/** The dimensions that there is a choice in. */
export function choosable(shop: Shop): readonly Listed[] {
  return LISTED.filter((dimension) => (shop[dimension]?.length ?? 0) > 1);
}

/**
 * Whether orders are known by the hour. A shop that keeps their days alone has all of them at
 * midnight, on its own clock or UTC's: the first and the last tell.
 */
export function isTimed({ firstOrderAt, lastOrderAt, timeZone }: Pick<Shop, "firstOrderAt" | "lastOrderAt" | "timeZone">): boolean {
  const clock = (zone: string) => new Intl.DateTimeFormat("sv-SE", { timeStyle: "medium", timeZone: zone });
  const isMidnight = (instant: string) => [timeZone, "UTC"].some((zone) => clock(zone).format(new Date(instant)) === "00:00:00");
  const ends = [firstOrderAt, lastOrderAt].filter((it) => it !== null);
  return ends.length === 0 || !ends.every(isMidnight);
}

/** Whether its years are other ones than those of the calendar. */
export function hasOwnYears({ calendar }: Pick<Shop, "calendar">): boolean {
  return calendar.firstMonth !== 1 || calendar.weeks !== null;
}

export function calendarOf(shop: Shop, now: Date = new Date()): Calendar {
  return {
    today: dayOf(now, shop.timeZone),
    yearStart: shop.calendar.yearStart,
    ...(hasOwnYears(shop) && { ownYears: shop.calendar.years }),
    ...(shop.firstOrderAt && { firstDay: dayOf(new Date(shop.firstOrderAt), shop.timeZone) }),
    ...(shop.lastOrderAt && { lastDay: dayOf(new Date(shop.lastOrderAt), shop.timeZone) }),
  };
}

/** The day of an instant on the shop's calendar; Swedish writes days as ISO 8601 does. */
function dayOf(instant: Date, timeZone: string): string {
  return new Intl.DateTimeFormat("sv-SE", { timeZone }).format(instant);
}
