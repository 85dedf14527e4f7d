import type { GroupRow } from "../figures/groups";
import type { Atlas } from "./atlas";
import { countryOnMap, mayBeUs, stateOnMap } from "./names";

export interface Placed {
  /** What the atlas calls it. */
  readonly place: string;
  readonly row: GroupRow;
}

/**
 * The rows that have a place on the map, and those that have none.
 *
 * A place shows one row's figures: of a country that the shop writes in two ways, the first
 * row is drawn, and the other one is told of beside the map.
 */
export function placeRows(atlas: Pick<Atlas, "name">, places: ReadonlySet<string>, rows: readonly GroupRow[]) {
  const known = new Map<string, Placed>();
  const unknown: GroupRow[] = [];
  for (const row of rows) {
    const place = placeOf(atlas, places, row);
    if (place && !known.has(place)) known.set(place, { place, row });
    else unknown.push(row);
  }
  return { known: [...known.values()], unknown };
}

function placeOf({ name }: Pick<Atlas, "name">, places: ReadonlySet<string>, { key }: GroupRow): string | undefined {
  const value = key.at(-1)?.value ?? "";
  if (name === "world") return countryOnMap(value, places);
  const country = key.find(({ dimension }) => dimension === "COUNTRY")?.value ?? null;
  return mayBeUs(country) ? stateOnMap(value) : undefined;
}
