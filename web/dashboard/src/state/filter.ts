import type { Dimension, KpiFilter, PlaceFilter, StringFilter } from "../api/generated/graphql";
import { isOwnDimension, type OwnDimension, ownDimension, ownDimensionName, ownField } from "./own";
import { type DayRange, periodInput } from "./period";
import { isPlace, placeInput } from "./place";

/** Every dimension that the schema has, as breakdowns call it, with the filter's field. */
const FIELDS = {
  REGION: "region",
  COUNTRY: "country",
  STATE: "state",
  CITY: "city",
  SEGMENT: "segment",
  CUSTOMER_KIND: "customerKind",
  CATEGORY: "category",
  SUB_CATEGORY: "subCategory",
  PRODUCT: "product",
  CUSTOMER: "customer",
  SHIP_MODE: "shipMode",
  STATUS: "status",
  // It is told by an id that no reader knows; its levels are what readers choose by.
  LOCATION: null,
} as const satisfies Record<Dimension, keyof KpiFilter | null>;

/** What every shop can be broken down by, as fields are written. */
export const BREAKDOWN_DIMENSIONS: readonly string[] = ["location", ...Object.values(FIELDS).filter((it) => it !== null)];

/** What every shop can be filtered by: the filter's field. */
export type BuiltInDimension = NonNullable<(typeof FIELDS)[Dimension]>;
export type FilterDimension = BuiltInDimension | OwnDimension;

/** The dimensions with too many values to list them. */
export const SEARCHED = ["product", "customer"] as const satisfies readonly FilterDimension[];
export type Searched = (typeof SEARCHED)[number];

const NAMES = new Map(Object.entries(FIELDS).map(([name, field]) => [field, name as Dimension] as const));

export const DIMENSIONS: readonly BuiltInDimension[] = Object.values(FIELDS).filter((it) => it !== null);

/** The values chosen of each dimension; null is the missing value, and places are told by all of their levels. */
export type Filters = { readonly [dimension in FilterDimension]?: readonly (string | null)[] };

export function isBuiltInDimension(name: string): name is BuiltInDimension {
  return DIMENSIONS.some((it) => it === name);
}

/** Whether an address may filter by it; which of its own a shop has is known once the shop is. */
export function isDimension(name: string): name is FilterDimension {
  return isBuiltInDimension(name) || isOwnDimension(name);
}

/** The dimensions that are filtered by: first those that every shop has. */
export function dimensionsIn(filters: Filters): readonly FilterDimension[] {
  return [...DIMENSIONS.filter((it) => filters[it]), ...Object.keys(filters).filter(isOwnDimension)];
}

/** What breakdowns call a filter's field. */
export function dimensionOf(field: FilterDimension): Dimension {
  return isOwnDimension(field) ? ownDimensionName(field) : (NAMES.get(field) as Dimension);
}

/** The filter's field for a breakdown's dimension. */
export function fieldOf(dimension: Dimension): FilterDimension {
  return DIMENSIONS.find((field) => NAMES.get(field) === dimension) ?? ownDimension(dimension);
}

/** The filters with a value more, or without it where it was chosen. */
export function toggled(filters: Filters, dimension: FilterDimension, value: string | null): Filters {
  const chosen = filters[dimension] ?? [];
  if (chosen.includes(value)) return chosenOnly(filters, dimension, chosen.filter((it) => it !== value));
  // The server takes a list of values or the missing one, not both.
  const kept = value === null ? [] : chosen.filter((it) => it !== null);
  return chosenOnly(filters, dimension, [...kept, value]);
}

export function chosenOnly(
  filters: Filters,
  dimension: FilterDimension,
  values: readonly (string | null)[],
): Filters {
  const { [dimension]: _, ...others } = filters;
  return values.length > 0 ? { ...others, [dimension]: values } : others;
}

/**
 * What the server is asked for.
 *
 * A chart of a dimension is asked for `except` that dimension: the values that are
 * not chosen stay in sight, and one more can be chosen.
 */
export function kpiFilter(filters: Filters, days: DayRange, except?: FilterDimension): KpiFilter {
  const filter: Record<string, StringFilter> = {};
  const place: PlaceFilter[] = [];
  for (const dimension of dimensionsIn(filters)) {
    const values = filters[dimension];
    if (!values || dimension === except) continue;
    if (isPlace(dimension)) place.push({ in: values.map((value) => placeInput(dimension, value ?? "")) });
    else filter[isOwnDimension(dimension) ? ownField(dimension) : dimension] = condition(values);
  }
  const period = periodInput(days);
  return { ...filter, ...(place.length > 0 && { place }), ...(period && { period }) };
}

function condition(values: readonly (string | null)[]): StringFilter {
  const texts = values.filter((value) => value !== null);
  return texts.length > 0 ? { in: texts } : { isMissing: true };
}
