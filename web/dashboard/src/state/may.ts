import { type Address, type View, ZONES } from "./address";
import { DIMENSIONS, dimensionOf, dimensionsIn, type FilterDimension, fieldOf } from "./filter";
import { type Kpi, KPIS } from "./kpi";
import { isOwnDimension, ownField } from "./own";
import { groupedBy } from "./place";

/** What the reader may use; the shop tells of nothing else. */
export interface May {
  readonly everything: boolean;
  readonly anyKpi: boolean;
  readonly kpi: (kpi: Kpi) => boolean;
  /** Whether there may be groups by it and filters on it; a place needs all of its levels. */
  readonly dimension: (dimension: FilterDimension) => boolean;
  /** The same of a dimension by its name in the schema alone. */
  readonly level: (field: string) => boolean;
}

/** As the shop tells of it. */
interface Told {
  readonly kpis: readonly { readonly field: string }[];
  readonly dimensions: readonly { readonly field: string }[];
}

export function mayUse({ kpis, dimensions }: Told): May {
  const measures = new Set(kpis.map(({ field }) => field));
  const fields = new Set(dimensions.map(({ field }) => field));
  const field = (it: FilterDimension) => (isOwnDimension(it) ? ownField(it) : it);
  return {
    everything: KPIS.every((it) => measures.has(it)) && DIMENSIONS.every((it) => fields.has(it)),
    anyKpi: measures.size > 0,
    kpi: (it) => measures.has(it),
    level: (it) => fields.has(it),
    dimension: (it) => groupedBy(dimensionOf(it)).every((level) => fields.has(field(fieldOf(level)))),
  };
}

/** Whether all of some KPIs and dimensions may be used. */
export function mayAll(may: May, kpis: readonly Kpi[], dimensions: readonly FilterDimension[] = []): boolean {
  return kpis.every(may.kpi) && dimensions.every(may.dimension);
}

/** The address without what its reader may not use. */
export function withinReach(may: May, address: Address): Address {
  if (may.everything) return address;
  const { kpi, zone, why, filters, ...rest } = address;
  return {
    ...rest,
    filters: Object.fromEntries(Object.entries(filters).filter(([name]) => may.dimension(name as FilterDimension))),
    ...(kpi && may.kpi(kpi) && { kpi }),
    ...(zone && may.dimension(fieldOf(zone)) && { zone }),
    ...(why && (why === "salesTree" || may.dimension(why)) && { why }),
  };
}

/** The dimensions that an address filters by and its reader may not use. */
export function outOfReach(may: May, { filters }: Address): readonly FilterDimension[] {
  return may.everything ? [] : dimensionsIn(filters).filter((it) => !may.dimension(it));
}

/** What of a view there is to see. */
const SEEN: Readonly<Record<View, (may: May) => boolean>> = {
  overview: (may) => may.anyKpi,
  products: (may) => may.anyKpi && (["product", "category", "subCategory"] as const).some(may.dimension),
  customers: (may) =>
    CUSTOMER_KPIS.some(may.kpi) || (may.anyKpi && (["customer", "segment", "customerKind"] as const).some(may.dimension)),
  time: (may) => may.anyKpi,
  places: (may) => may.anyKpi && (may.kpi("orderCount") || may.dimension("shipMode") || ZONES.some((it) => may.dimension(fieldOf(it)))),
};

/** What there is to know of customers. */
export const CUSTOMER_KPIS = [
  "customerCount",
  "newCustomerCount",
  "ordersPerCustomer",
  "averageDaysBetweenOrders",
  "retentionRate",
  "repeatCustomerRate",
] as const satisfies readonly Kpi[];

/** Whether a view has anything in it that its reader may use. */
export function maySee(may: May, view: View): boolean {
  return may.everything || SEEN[view](may);
}
