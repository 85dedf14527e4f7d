import { type Address, formatAddress, parseAddress } from "./address";
import { useSyncExternalStore } from "./external-store";
import { type FilterDimension, toggled } from "./filter";
import { LINK_SUFFIX } from "./link";
import { DEFAULT_PERIOD } from "./period";

let current = read();
const listeners = new Set<() => void>();

/** The address that the browser shows, and again whenever it changes. */
export function useAddress(): Address {
  return useSyncExternalStore(subscribe, () => current);
}

/** Where a link to an address leads to. */
export function hrefOf(address: Address): string {
  return formatAddress(address) + LINK_SUFFIX;
}

/** Goes to another address; back comes back to this one. */
export function go(next: Address): void {
  const href = hrefOf(next);
  if (href === hrefOf(current)) return;
  history.pushState(null, "", href);
  arrive();
}

/** Changes a part of the address. */
export function change(part: Partial<Address>): void {
  go({ ...current, ...part });
}

/** Changes what is not worth a step of its own to go back over. */
export function amend(part: Partial<Address>): void {
  history.replaceState(null, "", hrefOf({ ...current, ...part }));
  arrive();
}

/** Back to what is shown at first. */
export function startOver(): void {
  change({ period: DEFAULT_PERIOD, filters: {} });
}

/** Filters by a value, or no longer, and leaves the rest as it is. */
export function toggleFilter(dimension: FilterDimension, value: string | null): void {
  change({ filters: toggled(current.filters, dimension, value) });
}

/** Shows a panel's table, or its chart again. */
export function toggleTable(panel: string): void {
  const { tables } = current;
  amend({ tables: tables.includes(panel) ? tables.filter((it) => it !== panel) : [...tables, panel] });
}

function read(): Address {
  return parseAddress(location.pathname, location.search);
}

function arrive(): void {
  current = read();
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

addEventListener("popstate", arrive);
