// urql's normalized cache merges a page and its next into one list.
import assert from "node:assert/strict";
import { Client, fetchExchange } from "@urql/core";
import { cacheExchange } from "@urql/exchange-graphcache";
import { relayPagination } from "@urql/exchange-graphcache/extras";
import { assertFirst, ordersPage, url } from "./server.mjs";

const client = new Client({
  url,
  preferGetMethod: false,
  exchanges: [
    cacheExchange({
      // What an order adds up to has no id of its own.
      keys: { OrderTotals: () => null },
      resolvers: { Query: { orders: relayPagination() } },
    }),
    fetchExchange,
  ],
});

const page = async (variables) => {
  const { data, error } = await client.query(ordersPage, variables).toPromise();
  assert.equal(error, undefined);
  return data.orders;
};

const first = await page({ first: 7 });
assert.equal(first.edges.length, 7);
const both = await page({ first: 7, after: first.pageInfo.endCursor });
await assertFirst(14, both.edges);
