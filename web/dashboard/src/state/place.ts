import type { Dimension, KpiFilter, Place } from "../api/generated/graphql";

/**
 * Each kind of place that has namesakes, with all the levels that tell it apart, itself last.
 * A region is the shop's own: it may hold several countries, and has no namesakes.
 */
const LEVELS = {
  state: ["country", "state"],
  city: ["country", "state", "city"],
} as const satisfies Record<string, readonly (keyof Place)[]>;

export type PlaceDimension = keyof typeof LEVELS;

export function isPlace(dimension: string): dimension is PlaceDimension {
  return Object.hasOwn(LEVELS, dimension);
}

/** What a breakdown by this dimension groups by, so that no two places are one. */
export function groupedBy(dimension: Dimension): Dimension[] {
  const field = dimension.toLowerCase();
  return isPlace(field) ? LEVELS[field].map((level) => level.toUpperCase() as Dimension) : [dimension];
}

/**
 * A place as one text: its levels from the widest on, separated and escaped as in a
 * JSON Pointer. Nothing stands for a level that is missing.
 */
export function formatPlace(levels: readonly (string | null)[]): string {
  return levels.map((it) => (it ?? "").replaceAll("~", "~0").replaceAll("/", "~1")).join("/");
}

/** The levels of a place; undefined where it has more or less of them than its kind. */
export function parsePlace(dimension: PlaceDimension, text: string): (string | null)[] | undefined {
  const levels = text.split("/").map((it) => it.replaceAll("~1", "/").replaceAll("~0", "~") || null);
  return levels.length === LEVELS[dimension].length ? levels : undefined;
}

/** The place as filters take it. */
export function placeInput(dimension: PlaceDimension, text: string): Place {
  const levels = parsePlace(dimension, text) ?? [];
  return Object.fromEntries(LEVELS[dimension].map((level, index) => [level, levels[index] ?? null]));
}

/** More words than this are no name that anybody types. */
const MOST_WORDS = 10;

/** Places in whose levels every word of a text is found: one may be called by what is around it, too. */
export function placeSearch(dimension: PlaceDimension, text: string): KpiFilter {
  const words = text.split(/\s+/).filter(Boolean).slice(0, MOST_WORDS);
  return { and: words.map((word) => ({ or: LEVELS[dimension].map((level) => ({ [level]: { search: word } })) })) };
}

/** The place with what is around it: "Springfield, Ohio". A country goes without saying where there is one only. */
export function fullName(levels: readonly (string | null)[], missing: string, oneCountry: boolean): string {
  const told = oneCountry && levels.length > 1 ? levels.slice(1) : levels;
  return told.map((it) => it ?? missing).reverse().join(", ");
}
