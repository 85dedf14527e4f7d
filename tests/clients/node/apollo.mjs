// Apollo Client merges a page and its next into one list.
import assert from "node:assert/strict";
import { ApolloClient, HttpLink, InMemoryCache, gql } from "@apollo/client";
import { relayStylePagination } from "@apollo/client/utilities";
import { assertFirst, ordersPage, url } from "./server.mjs";

const client = new ApolloClient({
  link: new HttpLink({ uri: url }),
  cache: new InMemoryCache({
    typePolicies: { Query: { fields: { orders: relayStylePagination() } } },
  }),
});
const query = gql(ordersPage);
const variables = { first: 7 };

const observed = client.watchQuery({ query, variables });
const first = await client.query({ query, variables });
assert.equal(first.data.orders.edges.length, 7);
await observed.fetchMore({
  variables: { after: first.data.orders.pageInfo.endCursor },
});
const { orders } = client.readQuery({ query, variables });
await assertFirst(14, orders.edges);
client.stop();
