import type { Kpi } from "../state/kpi";
import type { Figures } from "./groups";

/** What every view asks for: as of when its figures are, and those that tell of changes, under its filter and of the whole period. */
export interface Scopes {
  readonly shop: { readonly freshness: { readonly asOf: string } };
  readonly kpis: Figures;
  readonly inPeriod: Figures;
}

/** What counts customers: the server counts those whom orders name. */
const COUNTS: ReadonlySet<string> = new Set<Kpi>(["customerCount", "newCustomerCount", "returningCustomerCount"]);

/** From here on the rest does not change what a share is rounded to. */
const ALL = 0.995;

/**
 * The share of the sales whose cost is known, where profit is of a part of them only. A shop
 * may tell its profits without costs: those are of all sales.
 */
export function partOfProfit({ costCoverage }: Figures): number | undefined {
  return costCoverage && costCoverage < ALL ? costCoverage : undefined;
}

/** Whether it is known that there are none; not every reader may use the same counts. */
export function hasNoOrders({ lineCount, orderCount }: Figures): boolean {
  return lineCount === 0 || orderCount === 0;
}

/** An answer in which nothing stands for what nobody knows: no zeros of days to come, no customers where no order names one. */
export function asKnown<Answer extends Scopes>(answer: Answer): Answer {
  return customersAsKnown(withoutToCome(answer, Date.parse(answer.shop.freshness.asOf)));
}

/** The same without the buckets that had not begun: a period may reach beyond now, as today's hours do. */
function withoutToCome<Value>(value: Value, now: number): Value {
  return withFields(value, (name, it) => {
    const seen = name === "timeSeries" && Array.isArray(it) ? it.filter(({ start }) => !(Date.parse(start) > now)) : it;
    return withoutToCome(seen, now);
  });
}

/** Where no order names a customer, how many there are is not known, rather than none. */
function customersAsKnown<Answer extends Scopes>(answer: Answer): Answer {
  const ofRows = withoutCounts(answer, namesNobody);
  // Rows that do not say how many orders they have are of those that do.
  if (namesNobody(answer.inPeriod)) return withoutCounts(ofRows, () => true);
  return namesNobody(answer.kpis) ? { ...ofRows, kpis: withoutCounts(ofRows.kpis, () => true) } : ofRows;
}

function namesNobody({ orderCount, customerCount }: Figures): boolean {
  return customerCount === 0 && (orderCount ?? 0) > 0;
}

/** The same with the counts of customers unknown where they are, however deep; figures may be null wherever parts read them. */
function withoutCounts<Value>(value: Value, areUnknown: (figures: Figures) => boolean): Value {
  const unknown = isRecord(value) && areUnknown(value);
  return withFields(value, (name, it) => (unknown && COUNTS.has(name) ? null : withoutCounts(it, areUnknown)));
}

/** The same with other fields, and other items. */
function withFields<Value>(value: Value, change: (name: string, it: unknown) => unknown): Value {
  if (Array.isArray(value)) return value.map((it) => change("", it)) as Value;
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, it]) => [name, change(name, it)])) as Value;
}

function isRecord(value: unknown): value is object {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
