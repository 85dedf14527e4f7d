import type { BuiltInKpi } from "../state/kpi";
import type { Figures } from "./groups";

/** The way from gross sales to what customers were charged: sums, and what leads from one to the next. */
const STEPS = [
  { kpi: "grossSales", sign: 0 },
  { kpi: "discounts", sign: -1 },
  { kpi: "returns", sign: -1 },
  { kpi: "totalSales", sign: 0 },
  { kpi: "shippingCharges", sign: 1 },
  { kpi: "taxes", sign: 1 },
  { kpi: "amountCharged", sign: 0 },
] as const satisfies readonly { kpi: BuiltInKpi; sign: -1 | 0 | 1 }[];

export const BRIDGE: readonly BuiltInKpi[] = STEPS.map(({ kpi }) => kpi);

/** Those that are sums of what is before them. */
export const SUMS: ReadonlySet<BuiltInKpi> = new Set(STEPS.filter(({ sign }) => sign === 0).map(({ kpi }) => kpi));

export interface Step {
  readonly kpi: BuiltInKpi;
  /** What it adds, or the sum that it is. */
  readonly amount: number;
  readonly from: number;
  readonly to: number;
}

/** The steps whose amounts are known. */
export function bridgeOf(kpis: Figures): readonly Step[] {
  let level = 0;
  const steps: Step[] = [];
  for (const { kpi, sign } of STEPS) {
    const value = kpis[kpi];
    if (value === null || value === undefined) continue;
    const amount = sign === 0 ? value : sign * value;
    const from = sign === 0 ? 0 : level;
    level = from + amount;
    steps.push({ kpi, amount, from, to: level });
  }
  return steps;
}
