import { useEffect, useState } from "preact/hooks";

import { dimensionOf, type FilterDimension, kpiFilter } from "../state/filter";
import { formatPlace, groupedBy, isPlace, type PlaceDimension, placeSearch } from "../state/place";
import type { Choice } from "../state/shop";
import { FoundDocument, FoundPlacesDocument, FoundValuesDocument, type KpiFilter } from "./generated/graphql";
import { useQuery } from "./use-query";

/** How long a reader pauses in typing before the server is asked, in milliseconds. */
const PAUSE = 200;

/** A value to filter by; a place has all of its levels. */
export interface Found extends Choice {
  readonly levels?: readonly (string | null)[];
}

export interface FoundValues {
  readonly values: readonly Found[];
  /** Whether there are more than a list has: they are found by their names. */
  readonly isMore: boolean;
}

/** As many as the server lists at a time. */
const MOST_LISTED = 1_000;

/** The values that hold every word of a text; undefined while they are on their way. */
export function useFound(dimension: FilterDimension, text: string): FoundValues | undefined {
  const search = usePaused(text.trim());
  const named = useNamed(dimension, search);
  const places = usePlaces(isPlace(dimension) ? dimension : undefined, search);
  const isListed = !isPlace(dimension) && !isNamed(dimension);
  const missing = missingOf(dimension);
  const values = useQuery(FoundValuesDocument, isListed ? { of: dimensionOf(dimension), search, missing } : null);
  if (isNamed(dimension)) return named;
  if (isPlace(dimension)) return places;
  if (values.loading || !values.data) return undefined;
  const listed = values.data.shop.values ?? [];
  return { values: withMissing(listed, search, values.data.missing), isMore: listed.length >= MOST_LISTED };
}

/** What is ordered without a value of the dimension. */
function missingOf(dimension: FilterDimension): KpiFilter {
  return kpiFilter({ [dimension]: [null] }, {});
}

/** The values, and the missing one where there is something without; it has no name to search for. */
function withMissing(found: readonly Found[], search: string, missing: { readonly lineCount?: number }): readonly Found[] {
  return search === "" && (missing.lineCount ?? 0) > 0 ? [...found, { value: null, label: null }] : found;
}

/** Products and customers are found by their names and their codes. */
function useNamed(dimension: FilterDimension, search: string): FoundValues | undefined {
  const filter = search && { or: [{ name: { search } }, { code: { search } }] };
  const variables = {
    ofProducts: dimension === "product",
    ofCustomers: dimension === "customer",
    missing: missingOf(dimension),
    ...(filter && { products: filter, customers: filter }),
  };
  const { data, loading } = useQuery(FoundDocument, isNamed(dimension) ? variables : null);
  if (!data || loading) return undefined;
  const connection = dimension === "product" ? data.products : data.customers;
  const found = (connection?.edges ?? []).flatMap((edge) => (edge?.node ? [{ value: edge.node.code, label: edge.node.name }] : []));
  return { values: withMissing(found, search, data.missing), isMore: connection?.pageInfo.hasNextPage ?? false };
}

const NO_PLACES = { groupCount: 0, rows: [] };

function usePlaces(dimension: PlaceDimension | undefined, search: string): FoundValues | undefined {
  const { data, loading } = useQuery(
    FoundPlacesDocument,
    dimension ? { filter: search ? placeSearch(dimension, search) : {}, by: groupedBy(dimensionOf(dimension)) } : null,
  );
  if (!data || loading) return undefined;
  const { groupCount, rows } = data.kpis.breakdown ?? NO_PLACES;
  const values = rows.map(({ key }) => {
    const levels = key.map((it) => it.value);
    return { value: formatPlace(levels), label: levels.at(-1) ?? null, levels };
  });
  return { values, isMore: groupCount > rows.length };
}

function isNamed(dimension: FilterDimension): boolean {
  return dimension === "product" || dimension === "customer";
}

function usePaused(text: string): string {
  const [paused, setPaused] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setPaused(text), PAUSE);
    return () => clearTimeout(timer);
  }, [text]);
  return paused;
}
