import { definitions } from "../api/generated/definitions";
import type { KpiName } from "../api/generated/graphql";

/** A KPI by the name of its field. */
export type Kpi = keyof typeof definitions.Kpis & keyof typeof NAMES;

/** Every KPI, in the order in which lists show them, with its name in orders and filters. */
const NAMES = {
  totalSales: "TOTAL_SALES",
  totalProfit: "TOTAL_PROFIT",
  profitMargin: "PROFIT_MARGIN",
  orderCount: "ORDER_COUNT",
  averageBasket: "AVERAGE_BASKET",
  unitsSold: "UNITS_SOLD",
  lineCount: "LINE_COUNT",
  averageUnitsPerOrder: "AVERAGE_UNITS_PER_ORDER",
  averageQuantityPerOrder: "AVERAGE_QUANTITY_PER_ORDER",
  customerCount: "CUSTOMER_COUNT",
  newCustomerCount: "NEW_CUSTOMER_COUNT",
  ordersPerCustomer: "ORDERS_PER_CUSTOMER",
  averageDaysBetweenOrders: "AVERAGE_DAYS_BETWEEN_ORDERS",
  retentionRate: "RETENTION_RATE",
  repeatCustomerRate: "REPEAT_CUSTOMER_RATE",
  averageShippingDays: "AVERAGE_SHIPPING_DAYS",
} as const satisfies Record<string, KpiName>;

export const KPIS = Object.keys(NAMES) as readonly Kpi[];

/** What the server calls the KPI where it orders rows. */
export function orderName(kpi: Kpi): KpiName {
  return NAMES[kpi];
}

export function isKpi(text: string | undefined): text is Kpi {
  return text !== undefined && Object.hasOwn(NAMES, text);
}

/** How a number is to be read. */
export type Unit = "money" | "ratio" | "count" | "mean" | "days" | "kilometres" | "index";

/** The KPI's unit, as the schema's description gives it. */
export function unitOf(kpi: Kpi): Unit {
  const unit: string = definitions.Kpis[kpi].unit;
  if (unit.includes("currency")) return "money";
  if (unit === "ratio") return "ratio";
  if (unit.startsWith("days")) return "days";
  return unit.includes(" per ") ? "mean" : "count";
}

/** Whether a greater value is better: what a change is coloured by. */
export function greaterIsBetter(kpi: Kpi): boolean {
  return kpi !== "averageShippingDays" && kpi !== "averageDaysBetweenOrders";
}

