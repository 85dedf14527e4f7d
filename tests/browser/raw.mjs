// The shop's own rows, from which tests reckon for themselves what the page has to show.

import { ask } from "./support.mjs";

/** Every order of a year that counts: its products by their codes and its customer's code. */
export async function ordersOf(year) {
  const { shop } = await ask("{ shop { timeZone } }");
  const clock = new Intl.DateTimeFormat("sv-SE", { timeZone: shop.timeZone });
  const orders = [];
  for (let after = null, isMore = true; isMore; ) {
    const page = await ask(
      `query ($after: String, $from: DateTime!, $to: DateTime!) {
        orders(filter: { orderedAt: { gte: $from, lt: $to } }, first: 500, after: $after) {
          edges { node { orderedAt isCounted customer { code } lines { productCode product { name category } } } }
          pageInfo { endCursor hasNextPage }
        }
      }`,
      // A day more on both ends: the year is cut by the shop's own clock.
      { after, from: `${year - 1}-12-31T00:00:00Z`, to: `${year + 1}-01-02T00:00:00Z` },
    );
    orders.push(...page.orders.edges.map(({ node }) => node));
    after = page.orders.pageInfo.endCursor;
    isMore = page.orders.pageInfo.hasNextPage;
  }
  return orders.filter(({ isCounted, orderedAt }) => isCounted && clock.format(new Date(orderedAt)).startsWith(String(year)));
}

/** The same customers as the KPIs have them: how often and for how much they bought in a year. */
export async function customersOf(year) {
  const customers = [];
  for (let after = null, isMore = true; isMore; ) {
    const { kpis } = await ask(
      `query ($after: String) {
        kpis(filter: { period: { year: ${year} }, customer: { isMissing: false } }) {
          breakdown(by: [CUSTOMER], orderBy: ORDER_COUNT, first: 1000, after: $after) {
            endCursor
            rows { key { value } kpis { orderCount totalSales } }
          }
        }
      }`,
      { after },
    );
    const { rows, endCursor } = kpis.breakdown;
    customers.push(...rows.map(({ key, kpis: { orderCount, totalSales } }) => ({ code: key[0].value, orderCount, totalSales })));
    isMore = rows.length === 1000 && endCursor !== null;
    after = endCursor;
  }
  return customers.filter(({ orderCount }) => orderCount > 0);
}
