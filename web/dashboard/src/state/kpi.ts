import { definitions } from "../api/generated/definitions";
import type { KpiName } from "../api/generated/graphql";
import { kpiNames } from "../api/generated/kpis";
import { formatOwnKpi, type OwnKpi, type OwnUnit, type OwnWords, parseOwnKpi } from "./own";

/** A KPI that every shop has, by the name of its field. */
export type BuiltInKpi = keyof typeof kpiNames;
/** A KPI by the name of its field. */
export type Kpi = BuiltInKpi | OwnKpi;

/** Every KPI that every shop has, in the order in which lists show them. */
export const KPIS = Object.keys(kpiNames) as readonly BuiltInKpi[];

/** What the server calls the KPI where it orders rows. */
export function orderName(kpi: BuiltInKpi): KpiName {
  return kpiNames[kpi];
}

export function isBuiltIn(kpi: string): kpi is BuiltInKpi {
  return Object.hasOwn(kpiNames, kpi);
}

/** Those of the shop's own among some. */
export function ownAmong(kpis: readonly Kpi[]): readonly OwnKpi[] {
  return kpis.filter((kpi): kpi is OwnKpi => !isBuiltIn(kpi));
}

/** The variables by which documents ask for a KPI that every shop has. */
export function chosen(kpi: Kpi): { readonly [chosen in BuiltInKpi]?: true } {
  return isBuiltIn(kpi) ? { [kpi]: true } : {};
}

/** A KPI as an address writes it. */
export function formatKpi(kpi: Kpi): string {
  return isBuiltIn(kpi) ? kpi : formatOwnKpi(kpi);
}

/** The KPI that an address names; which of its own a shop has is known once the shop is. */
export function parseKpi(text: string): Kpi | undefined {
  return isBuiltIn(text) ? text : parseOwnKpi(text);
}

/** How a number is to be read. */
export type Unit = "money" | "ratio" | "count" | "mean" | "days" | "kilometres" | "index" | OwnUnit;

type SchemaUnit = (typeof definitions.Kpis)[BuiltInKpi]["unit"];

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

export function unitOf(kpi: BuiltInKpi): Unit {
  return UNITS[definitions.Kpis[kpi].unit];
}

/** The unit of a KPI of the shop's own, which may count things for one of another, or what nobody else counts. */
export function ownUnit(words: OwnWords, kpi: OwnKpi): Unit {
  const unit = words.kpis.get(kpi)?.unit ?? "";
  if (isSchemaUnit(unit)) return UNITS[unit];
  const [of = ""] = unit.split(" per ");
  if (!isSchemaUnit(of)) return { name: unit };
  return UNITS[of] === "count" ? "mean" : UNITS[of];
}

function isSchemaUnit(unit: string): unit is SchemaUnit {
  return Object.hasOwn(UNITS, unit);
}

const LESS_IS_BETTER: readonly BuiltInKpi[] = [
  "discounts",
  "discountRate",
  "returns",
  "unitsReturned",
  "returnRate",
  "costOfGoods",
  "averageShippingDays",
  "averageDaysBetweenOrders",
  "daysToSecondOrder",
];

/** Whether a greater value is better: what a change is coloured by. Of a shop's own nobody says. */
export function greaterIsBetter(kpi: Kpi): boolean | undefined {
  return isBuiltIn(kpi) ? !LESS_IS_BETTER.includes(kpi) : undefined;
}
