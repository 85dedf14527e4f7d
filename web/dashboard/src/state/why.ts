import { DIMENSIONS, type FilterDimension, isDimension } from "./filter";
import type { BuiltInKpi, Kpi } from "./kpi";
import { mayAll } from "./may";
import type { Setting } from "./setting";
import { choosable } from "./shop";

/** How a difference is taken apart: by the values of a dimension, or by what sales are made of. */
export type Why = FilterDimension | "salesTree";

export function parseWhy(text: string): Why | undefined {
  return text === "salesTree" || isDimension(text) ? text : undefined;
}

/** The KPIs whose difference is the sum of its groups' differences. */
const ADDING = ["totalSales", "totalProfit", "unitsSold", "orderCount"] as const satisfies readonly BuiltInKpi[];
type Adding = (typeof ADDING)[number];

/** What belongs to the lines of an order: orders are in several groups by it, and do not add up. */
const OF_LINES: ReadonlySet<FilterDimension> = new Set(["product", "category", "subCategory"]);

/** The KPI whose difference is taken apart: the one at hand, or the sales where that does not add up; else the first that may be used. */
export function drivenKpi({ may }: Setting, kpi: Kpi): Adding {
  const adding = ADDING.filter(may.kpi);
  return adding.find((it) => it === kpi) ?? adding[0] ?? "totalSales";
}

/** What tells what sales are made of. */
const SALES_TREE = ["totalSales", "customerCount", "ordersPerCustomer", "averageUnitsPerOrder", "averageSellingPrice"] as const satisfies readonly BuiltInKpi[];

/** All ways to take the difference of the KPI apart. */
export function waysOf({ shop, own, may }: Setting, kpi: Adding): readonly Why[] {
  const listed: ReadonlySet<FilterDimension> = new Set(choosable(shop));
  const builtIn = DIMENSIONS.filter((it) => listed.has(it) || ((it === "product" || it === "customer") && may.dimension(it)));
  if (kpi === "orderCount") return builtIn.filter((it) => !OF_LINES.has(it));
  return [...(kpi === "totalSales" && mayAll(may, SALES_TREE) && DIMENSIONS.some(may.dimension) ? (["salesTree"] as const) : []), ...builtIn, ...own.dimensions.keys()];
}

/** The way that is chosen, or the first that tells more than one group apart. */
export function wayOf(setting: Setting, kpi: Adding): Why | undefined {
  const ways = waysOf(setting, kpi);
  const { why, filters } = setting.address;
  const usual: readonly Why[] = ["category", "subCategory", "product", "region", "country", "segment", "customer"];
  const telling = usual.find((it) => ways.includes(it) && it !== "salesTree" && filters[it]?.length !== 1);
  return ways.find((it) => it === why) ?? telling ?? ways.find((it) => it !== "salesTree") ?? ways[0];
}
