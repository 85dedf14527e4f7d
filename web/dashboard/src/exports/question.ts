import type { Dimension, Grain, KpiFilter, PairsQueryVariables, StringFilter } from "../api/generated/graphql";
import { BASELINES } from "../state/address";
import { chosenOnly, DIMENSIONS, dimensionOf, type FilterDimension, type Filters } from "../state/filter";
import type { Kpi } from "../state/kpi";
import type { DayRange } from "../state/period";
import { groupedBy } from "../state/place";
import type { Setting } from "../state/setting";
import { literal } from "./graphql";

/** What comes round again, and is shown. */
export type Cycle = "MONTH_OF_YEAR" | "ISO_WEEKDAY" | "WEEKDAY_HOUR";

/** What a chart shows, as others can ask for it. */
export interface Question {
  /** As a document of the API. */
  readonly graphql: string;
  /** The filters that it has: a chart of a dimension is asked for without those on it. */
  readonly filters: Filters;
  /** As a table of KPIs by groups, where it is one. */
  readonly table?: TableQuestion;
}

/** KPIs by groups, as SQL and addresses can ask for them. */
export interface TableQuestion {
  readonly days: DayRange;
  readonly filters: Filters;
  /** The dimensions' fields, as filters have them. */
  readonly by: readonly string[];
  /** The buckets or slots that the rows are of. */
  readonly time?: Grain | Cycle;
  readonly kpis: readonly Kpi[];
  /** By a KPI; otherwise by the groups. */
  readonly order?: { readonly kpi: Kpi; readonly direction: "ASC" | "DESC" };
  readonly limit?: number;
}

/** A question of KPIs that tables do not have. */
export function ofKpis(filter: KpiFilter, selection: string): string {
  return `{\n  kpis(filter: ${literal(filter)}) {\n    ${selection.replaceAll("\n", "\n    ")}\n  }\n}\n`;
}

interface Ranked {
  readonly by: FilterDimension;
  readonly kpis: readonly Kpi[];
  readonly orderBy?: Kpi;
  readonly direction?: "ASC" | "DESC";
  readonly first: number;
}

/** The groups of a dimension, whichever of them are chosen. */
export function askGroups(setting: Setting, { by, kpis: beside, orderBy = "totalSales", direction = "DESC", first }: Ranked): Question {
  const { address, days, filter, orderName } = setting;
  const kpis = [orderBy, ...beside.filter((it) => it !== orderBy)];
  const dimensions = groupedBy(dimensionOf(by));
  const filters = chosenOnly(address.filters, by, []);
  const order = `orderBy: ${orderName(orderBy)}${direction === "ASC" ? ", direction: ASC" : ""}`;
  return {
    graphql: ofKpis(
      filter(by),
      `breakdown(by: [${dimensions.join(", ")}], ${order}, first: ${first}) {
  rows { key { value label } share kpis { ${kpis.join(" ")} } }
}`,
    ),
    filters,
    table: {
      days,
      filters,
      by: dimensions.map(fieldName),
      kpis,
      order: { kpi: orderBy, direction },
      limit: first,
    },
  };
}

/** KPIs over time; with what they stand beside, where that is drawn. */
export function askSeries(setting: Setting, grain: Grain, kpis: readonly Kpi[], compared = false): Question {
  const { address, days, filter } = setting;
  const fields = `kpis { ${kpis.join(" ")} }`;
  // A bucket's own year before is whole: one that is not complete stands beside what the comparison has of it.
  const beside = compared && address.before === "year" ? ` yearBefore { ${fields} }` : "";
  const before = compared
    ? `\ncompareTo(baseline: { relative: ${BASELINES[address.before]} }) {
  kpis { timeSeries(grain: ${grain}) { date complete ${fields} } }
}`
    : "";
  return {
    graphql: ofKpis(filter(), `timeSeries(grain: ${grain}) { date complete ${fields}${beside} }${before}`),
    filters: address.filters,
    table: { days, filters: address.filters, by: [], time: grain, kpis },
  };
}

/** What comes round again. */
export function askSeasons({ address, days, filter }: Setting, cycle: Cycle): Question {
  return {
    graphql: ofKpis(
      filter(),
      `seasonality(cycle: ${cycle}) {
  month weekday hour occurrences seasonalIndex
  kpis { totalSales orderCount }
}`,
    ),
    filters: address.filters,
    table: { days, filters: address.filters, by: [], time: cycle, kpis: ["totalSales", "orderCount"] },
  };
}

/** The buckets with the highest value of the first KPI. */
export function askPeaks({ address, days, filter, orderName }: Setting, grain: Grain, kpis: readonly [Kpi, ...Kpi[]], first: number): Question {
  return {
    graphql: ofKpis(
      filter(),
      `peaks(grain: ${grain}, by: ${orderName(kpis[0])}, first: ${first}) { date kpis { ${kpis.join(" ")} } }`,
    ),
    filters: address.filters,
    table: {
      days,
      filters: address.filters,
      by: [],
      time: grain,
      kpis,
      order: { kpi: kpis[0], direction: "DESC" },
      limit: first,
    },
  };
}

/** KPIs over all that matches. */
export function askScope({ address, days, filter }: Setting, kpis: readonly Kpi[]): Question {
  return {
    graphql: ofKpis(filter(), kpis.join("\n")),
    filters: address.filters,
    table: { days, filters: address.filters, by: [], kpis },
  };
}

/** What a difference is made of: the groups of a dimension, or else what sales are made of. */
export function askDrivers(setting: Setting, kpi: Kpi, by: FilterDimension | undefined, first: number): Question {
  const { address, filter, orderName } = setting;
  const groups = `rows { key { value label } fate now then part }
  others`;
  const factors = "salesTree { customers ordersPerCustomer unitsPerOrder price withoutCustomer }";
  return {
    graphql: ofKpis(
      filter(),
      `drivers(by: [${driverGroups(setting, by).join(", ")}], baseline: { relative: ${BASELINES[address.before]} }, kpi: ${orderName(kpi)}, first: ${first}) {
  now then difference
  ${by ? groups : factors}
}`,
    ),
    filters: address.filters,
  };
}

/** Those with few values first, as nobody sees them. */
const ANY: readonly FilterDimension[] = ["shipMode", ...DIMENSIONS];

/** What drivers group by: the factors of sales need no groups, but one has to be named. */
export function driverGroups({ may }: Pick<Setting, "may">, by: FilterDimension | undefined): Dimension[] {
  return groupedBy(dimensionOf(by ?? ANY.find(may.dimension) ?? "shipMode"));
}

/** KPIs of new and returning customers over time, each of which is a filter of its own. */
export function askKinds({ address, days, filter }: Setting, grain: Grain, kpis: readonly Kpi[]): Question {
  const of = (name: string, customerKind: StringFilter) =>
    `  ${name}: kpis(filter: ${literal({ ...filter("customerKind"), customerKind })}) {
    timeSeries(grain: ${grain}) { date complete kpis { ${kpis.join(" ")} } }
  }`;
  const filters = chosenOnly(address.filters, "customerKind", []);
  const kinds = [of("new", { in: ["new"] }), of("returning", { in: ["returning"] }), of("nobody", { isMissing: true })];
  return {
    graphql: `{\n${kinds.join("\n")}\n}\n`,
    filters,
    table: { days, filters, by: ["customerKind"], time: grain, kpis },
  };
}

/** Cohorts, by what each was worth. */
export function askCohorts({ address, filter }: Setting, grain: Grain): Question {
  return {
    graphql: ofKpis(
      filter(),
      `cohorts(grain: ${grain}) {
  label size
  periods { offset customerCount share kpis { totalSales } toDate { totalSales } }
}`,
    ),
    filters: address.filters,
  };
}

/** What is bought together: of all products, or with one of them. */
export function askPairs(setting: Setting, { filter, first, orderBy, minOrders }: PairsQueryVariables, code: string | undefined): Question {
  const { filters } = setting.address;
  const asked = `first: ${first}, orderBy: ${orderBy}, minOrders: ${minOrders}`;
  const fields = `totalCount
  pairs {
    product { value label }
    otherProduct { value label }
    orderCount support confidence confidenceOfOther lift
  }`;
  if (code === undefined) {
    const selection = `pairs(${asked}) {
  ${fields}
}`;
    return { graphql: ofKpis(filter ?? {}, selection), filters };
  }
  return {
    graphql: `{
  products(filter: { code: { eq: ${literal(code)} } }) {
    edges { node {
      boughtTogether(filter: ${literal(filter ?? {})}, ${asked}) {
        ${fields.replaceAll("\n", "\n      ")}
      }
    } }
  }
}
`,
    filters: chosenOnly(filters, "product", []),
  };
}

/** Customers by how recently, how often and for how much they buy. */
export function askRfm({ address, filter }: Setting): Question {
  return {
    graphql: ofKpis(
      filter(),
      `rfm {
  customerCount
  groups { group customerCount share kpis { totalSales averageBasket } }
  cells { recency frequencyMonetary group customerCount }
}`,
    ),
    filters: address.filters,
  };
}

/** How far orders travel. */
export function askDistances({ address, filter }: Setting): Question {
  return {
    graphql: ofKpis(
      filter(),
      `deliveryDistance {
  measuredOrderCount unmeasuredOrderCount mean median percentile90 maximum
  histogram { from to orderCount }
}`,
    ),
    filters: address.filters,
  };
}

/** A dimension's field out of its name among the values of the enum. */
function fieldName(dimension: string): string {
  return dimension.toLowerCase().replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}
