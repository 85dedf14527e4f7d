import type { Dimension, Grain, PairOrder, RelativePeriod } from "../api/generated/graphql";
import { dimensionsIn, type Filters, isDimension } from "./filter";
import { formatKpi, isBuiltIn, type Kpi, parseKpi } from "./kpi";
import { isOwnDimension, type OwnDimension, type OwnWords } from "./own";
import { DEFAULT_PERIOD, isDay, PRESETS, type PeriodChoice, type Preset } from "./period";
import { isPlace, parsePlace } from "./place";
import { parseWhy, type Why } from "./why";

export const VIEWS = ["overview", "products", "customers", "time", "places"] as const;
export type View = (typeof VIEWS)[number];

/** What a period is drawn beside. */
export type Before = "year" | "period";

/** What the server calls it: a period that is not over stands beside as much of the one before. */
export const BASELINES = {
  year: "PREVIOUS_YEAR_TO_DATE",
  period: "PREVIOUS_PERIOD_TO_DATE",
} as const satisfies Record<Before, RelativePeriod>;

export const GRAINS = ["HOUR", "DAY", "WEEK", "MONTH", "QUARTER", "YEAR"] as const satisfies readonly Grain[];
export const ZONES = ["COUNTRY", "REGION", "STATE", "CITY"] as const satisfies readonly Dimension[];
export type Zone = (typeof ZONES)[number];

/** What cohorts are followed by: who ordered again, what they bought in each stretch, what each is worth so far. */
export const COHORT_FIGURES = ["share", "sales", "value"] as const;
export type CohortFigure = (typeof COHORT_FIGURES)[number];

/** What pairs of products come first by. */
export const PAIR_ORDERS = ["ORDERS", "LIFT", "CONFIDENCE"] as const satisfies readonly PairOrder[];

/** The fewest orders that products can be asked to be on together; twice is the first time that is not chance alone. */
export const MIN_ORDERS = [1, 2, 3, 5, 10, 20, 50, 100] as const;
export type MinOrders = (typeof MIN_ORDERS)[number];
export const USUAL_MIN_ORDERS: MinOrders = 2;

/** All that a view shows, as its address says it: what is shared, and what back goes back to. */
export interface Address {
  readonly view: View;
  readonly period: PeriodChoice;
  readonly before: Before;
  readonly filters: Filters;
  /** The KPI that the view's charts show, where it is not the view's usual one. */
  readonly kpi?: Kpi;
  /** The size of a bucket, where it is not the one that fits the span. */
  readonly grain?: Grain;
  /** What the map and the lists of places are made of, where it is not what fits the shop. */
  readonly zone?: Zone;
  /** The dimension of the shop's own that rows are ranked by, where it is not the first. */
  readonly by?: OwnDimension;
  /** What the difference to the time before is taken apart by, where it is not what fits the filters. */
  readonly why?: Why;
  /** What cohorts are followed by, where it is not who ordered again. */
  readonly cohort?: CohortFigure;
  /** What pairs of products come first by, where it is not the orders they are on. */
  readonly pairs?: PairOrder;
  /** On how many orders products have to be together, where it is not the usual number. */
  readonly minOrders?: MinOrders;
  /** Whether the map shows the whole world rather than where the orders are. */
  readonly world?: boolean;
  /** The panels that show their table. */
  readonly tables: readonly string[];
}

export function parseAddress(path: string, search: string): Address {
  const query = new URLSearchParams(search);
  const kpi = parseKpi(query.get("kpi") ?? "");
  const by = query.get("by") ?? "";
  const why = parseWhy(query.get("why") ?? "");
  const grain = GRAINS.find((it) => it === query.get("grain"));
  const zone = ZONES.find((it) => it === query.get("zone"));
  const cohort = COHORT_FIGURES.find((it) => it === query.get("cohort"));
  const pairs = PAIR_ORDERS.find((it) => it === query.get("pairs"));
  const minOrders = MIN_ORDERS.find((it) => String(it) === query.get("minOrders"));
  return {
    view: VIEWS.find((view) => pathOf(view) === path.replace(/\/+$/, "")) ?? "overview",
    period: parsePeriod(query.get("period")) ?? DEFAULT_PERIOD,
    before: query.get("before") === "period" ? "period" : "year",
    filters: parseFilters(query),
    tables: query.getAll("table"),
    ...(kpi && { kpi }),
    ...(grain && { grain }),
    ...(zone && { zone }),
    ...(isOwnDimension(by) && { by }),
    ...(why && { why }),
    ...(cohort && { cohort }),
    ...(pairs && { pairs }),
    ...(minOrders && { minOrders }),
    ...(query.has("world") && { world: true }),
  };
}

/** The shortest address that says the same: what is usual is left out. */
export function formatAddress(address: Address): string {
  const query = new URLSearchParams();
  const period = formatPeriod(address.period);
  if (period !== formatPeriod(DEFAULT_PERIOD)) query.set("period", period);
  if (address.before !== "year") query.set("before", address.before);
  for (const dimension of dimensionsIn(address.filters)) {
    for (const value of address.filters[dimension] ?? []) query.append(dimension, value ?? "");
  }
  if (address.kpi) query.set("kpi", formatKpi(address.kpi));
  if (address.grain) query.set("grain", address.grain);
  if (address.zone) query.set("zone", address.zone);
  if (address.by) query.set("by", address.by);
  if (address.why) query.set("why", address.why);
  if (address.cohort && address.cohort !== "share") query.set("cohort", address.cohort);
  if (address.pairs && address.pairs !== "ORDERS") query.set("pairs", address.pairs);
  if (address.minOrders && address.minOrders !== USUAL_MIN_ORDERS) query.set("minOrders", String(address.minOrders));
  if (address.world) query.set("world", "1");
  for (const panel of address.tables) query.append("table", panel);
  const search = query.toString();
  return (pathOf(address.view) || "/") + (search && `?${search}`);
}

/** The address of another view of the same shop: the period and the filters stay. */
export function withView(address: Address, view: View): Address {
  const { period, before, filters } = address;
  return { view, period, before, filters, tables: [] };
}

/** The address without what this shop has no such word for. */
export function inWordsOf(own: OwnWords, address: Address): Address {
  const { kpi, by, why, filters, ...rest } = address;
  const known = Object.entries(filters).filter(([name]) => !isOwnDimension(name) || own.dimensions.has(name));
  return {
    ...rest,
    filters: Object.fromEntries(known),
    ...(kpi && (isBuiltIn(kpi) || own.kpis.has(kpi)) && { kpi }),
    ...(by && own.dimensions.has(by) && { by }),
    ...(why && (!isOwnDimension(why) || own.dimensions.has(why)) && { why }),
  };
}

function pathOf(view: View): string {
  return view === "overview" ? "" : `/${view}`;
}

/** An empty value stands for a missing one: the shop's own values are never empty. A place that lacks levels is none. */
function parseFilters(query: URLSearchParams): Filters {
  const filters: Record<string, (string | null)[]> = {};
  for (const [name, value] of query) {
    if (!isDimension(name) || (isPlace(name) && !parsePlace(name, value))) continue;
    (filters[name] ??= []).push(value || null);
  }
  return filters;
}

function parsePeriod(text: string | null): PeriodChoice | undefined {
  if (!text) return undefined;
  if (isPreset(text)) return { kind: "preset", preset: text };
  if (/^\d{4}$/.test(text) && isDay(`${text}-12-30`)) return { kind: "year", year: Number(text) };
  const own = /^fy(\d{4})$/.exec(text);
  if (own) return { kind: "ownYear", year: Number(own[1]) };
  const [from, to] = text.split("..");
  if (from && to && isDay(from) && isDay(to) && from <= to) return { kind: "range", from, to };
  return undefined;
}

export function formatPeriod(choice: PeriodChoice): string {
  switch (choice.kind) {
    case "preset":
      return choice.preset;
    case "year":
      return String(choice.year);
    case "ownYear":
      return `fy${String(choice.year).padStart(4, "0")}`;
    case "range":
      return `${choice.from}..${choice.to}`;
  }
}

function isPreset(text: string): text is Preset {
  return PRESETS.some((preset) => preset === text);
}
