import { definitions } from "../api/generated/definitions";
import type { KpiName } from "../api/generated/graphql";
import { kpiNames } from "../api/generated/kpis";

/** A KPI by the name of its field. */
export type Kpi = keyof typeof kpiNames;

/** Every KPI, in the order in which lists show them. */
export const KPIS = Object.keys(kpiNames) as readonly Kpi[];

/** What the server calls the KPI where it orders rows. */
export function orderName(kpi: Kpi): KpiName {
  return kpiNames[kpi];
}

export function isKpi(text: string | undefined): text is Kpi {
  return text !== undefined && Object.hasOwn(kpiNames, text);
}

/** How a number is to be read. */
export type Unit = "money" | "ratio" | "count" | "mean" | "days" | "kilometres" | "index";

type SchemaUnit = (typeof definitions.Kpis)[Kpi]["unit"];

/** How numbers of each of the schema's units are read. */
const UNITS: Readonly<Record<SchemaUnit, Unit>> = {
  "the shop's currency": "money",
  "the shop's currency per order": "money",
  "the shop's currency per unit of a product": "money",
  ratio: "ratio",
  orders: "count",
  "order lines": "count",
  customers: "count",
  "units of a product": "count",
  "units of a product per order": "mean",
  "orders per customer": "mean",
  "days of 24 hours": "days",
};

export function unitOf(kpi: Kpi): Unit {
  return UNITS[definitions.Kpis[kpi].unit];
}

const LESS_IS_BETTER: readonly Kpi[] = [
  "discounts",
  "discountRate",
  "returns",
  "unitsReturned",
  "returnRate",
  "costOfGoods",
  "averageShippingDays",
  "averageDaysBetweenOrders",
];

/** Whether a greater value is better: what a change is coloured by. */
export function greaterIsBetter(kpi: Kpi): boolean {
  return !LESS_IS_BETTER.includes(kpi);
}
