// The server under test, asked without any client library.
import assert from "node:assert/strict";

export const url = process.env.SALESGRAPH_URL;

/** The answer as text, digits and all. */
export async function answer(query, variables) {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query, variables }),
  });
  return response.text();
}

export async function ask(query, variables) {
  const { data, errors } = JSON.parse(await answer(query, variables));
  assert.equal(errors, undefined, JSON.stringify(errors));
  return data;
}

export const ordersPage = `
  query OrdersPage($first: Int!, $after: String) {
    orders(first: $first, after: $after) {
      totalCount
      edges { cursor node { id code totals { sales } } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }
`;

/** That two pages that a client put together are what the server gives as one: no gap, nothing twice. */
export async function assertFirst(count, edges) {
  const text = await answer(ordersPage, { first: count });
  const whole = JSON.parse(text).data.orders.edges;
  const plain = ({ node }) => ({ code: node.code, sales: node.totals.sales });
  assert.deepEqual(edges.map(plain), whole.map(plain));
  assert.equal(new Set(edges.map(({ node }) => node.id)).size, count);
  // JavaScript reads money as doubles; these print as the digits that came.
  const digits = [...text.matchAll(/"sales":([-0-9.eE+]+)/g)].map(([, sales]) => sales);
  assert.deepEqual(edges.map(({ node }) => String(node.totals.sales)), digits);
}
