import type { Kpi } from "../state/kpi";
import type { Figures } from "./groups";

/** What every view asks for: the figures that tell of changes, under its filter and of the whole period. */
export interface Scopes {
  readonly kpis: Figures;
  readonly inPeriod: Figures;
}

/** What counts customers: the server counts those whom orders name. */
const COUNTS: ReadonlySet<string> = new Set<Kpi>(["customerCount", "newCustomerCount", "returningCustomerCount"]);

/** An answer in which nobody is counted where no order names a customer: how many there are is not known, rather than none. */
export function customersAsKnown<Answer extends Scopes>(answer: Answer): Answer {
  if (namesNobody(answer.inPeriod)) return withoutCounts(answer);
  return namesNobody(answer.kpis) ? { ...answer, kpis: withoutCounts(answer.kpis) } : answer;
}

function namesNobody({ orderCount, customerCount }: Figures): boolean {
  return customerCount === 0 && (orderCount ?? 0) > 0;
}

/** The same with every count of customers unknown, however deep; figures may be null wherever parts read them. */
function withoutCounts<Value>(value: Value): Value {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map(withoutCounts) as Value;
  const fields = Object.entries(value).map(([name, it]) => [name, COUNTS.has(name) ? null : withoutCounts(it)] as const);
  return Object.fromEntries(fields) as Value;
}
