/** What holds the rows of a breakdown. */
export const OF_ROWS: readonly string[] = ["rows", "others"];

const PAIRS = ["product", "orderCount"] as const;

/**
 * What a field tells whose name does not say so: the server refuses it with the KPI that it
 * follows from, and the dimension whose values it is of.
 */
const TELLS: Readonly<Record<string, readonly string[]>> = {
  "row.share": ["totalSales"],
  "row.cumulativeShare": ["totalSales"],
  "row.class": ["totalSales"],
  // What comes round again is counted with its index.
  seasonality: ["totalSales"],
  cohorts: ["customerCount", "newCustomerCount"],
  deliveryDistance: ["orderCount"],
  pairs: PAIRS,
  boughtTogether: PAIRS,
  rfm: ["customer", "customerCount", "orderCount", "totalSales"],
  salesTree: ["totalSales", "customerCount", "ordersPerCustomer", "averageUnitsPerOrder", "averageSellingPrice"],
};

/** Lists of what is a value of a dimension; what sales are made of has numbers by the same names. */
const NODES: Readonly<Record<string, readonly string[]>> = { products: ["product"], customers: ["customer"] };

export function elsewhere(name: string, isObject = false): readonly string[] {
  return TELLS[name] ?? (isObject ? NODES[name] : undefined) ?? [];
}
