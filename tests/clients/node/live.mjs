// Subscriptions by the clients that know them: the figures at once, and again when they change.
import assert from "node:assert/strict";
import { ApolloClient, InMemoryCache, gql } from "@apollo/client";
import { GraphQLWsLink } from "@apollo/client/link/subscriptions";
import { cacheExchange, Client, fetchExchange, subscriptionExchange } from "@urql/core";
import { createClient as createSse } from "graphql-sse";
import { createClient as createWs } from "graphql-ws";
import WebSocket from "ws";
import { ask, url } from "./server.mjs";
import { placeOrder } from "./shop.mjs";

const selection = "{ orderCount totalSales breakdown(by: [CATEGORY]) { rows { key { label } share kpis { unitsSold } } } }";
const document = `subscription Live($filter: KpiFilter) { kpis(filter: $filter, minInterval: 100) ${selection} }`;

const ws = () => createWs({ url: url.replace("http", "ws"), webSocketImpl: WebSocket });

/** How each client subscribes: gives what stops it. */
const clients = {
  "graphql-ws": (variables, next, error) => {
    const client = ws();
    client.subscribe({ query: document, variables }, { next: ({ data }) => next(data), error, complete() {} });
    return () => client.dispose();
  },
  "graphql-sse": (variables, next, error) => {
    const client = createSse({ url });
    client.subscribe({ query: document, variables }, { next: ({ data }) => next(data), error, complete() {} });
    return () => client.dispose();
  },
  "Apollo Client": (variables, next, error) => {
    const connection = ws();
    const client = new ApolloClient({ link: new GraphQLWsLink(connection), cache: new InMemoryCache() });
    client.subscribe({ query: gql(document), variables }).subscribe({ next: ({ data }) => next(data), error });
    return () => {
      client.stop();
      return connection.dispose();
    };
  },
  urql: (variables, next, error) => {
    const connection = ws();
    const forward = (request) => ({
      subscribe: (sink) => ({ unsubscribe: connection.subscribe(request, sink) }),
    });
    const exchanges = [cacheExchange, fetchExchange, subscriptionExchange({ forwardSubscription: forward })];
    const client = new Client({ url, preferGetMethod: false, exchanges });
    const { unsubscribe } = client
      .subscription(document, variables)
      .subscribe((result) => (result.error ? error(result.error) : next(result.data)));
    return () => {
      unsubscribe();
      return connection.dispose();
    };
  },
  "urql, by its own fetch": (variables, next, error) => {
    const exchanges = [cacheExchange, fetchExchange];
    const client = new Client({ url, preferGetMethod: false, fetchSubscriptions: true, exchanges });
    const { unsubscribe } = client
      .subscription(document, variables)
      .subscribe((result) => (result.error ? error(result.error) : next(result.data)));
    return unsubscribe;
  },
};

/** Without the names that clients add to types. */
const plain = (data) => JSON.parse(JSON.stringify(data, (key, value) => (key === "__typename" ? undefined : value)));

for (const [name, subscribe] of Object.entries(clients)) {
  const variables = { filter: { shipMode: { eq: name } } };
  const told = [];
  const twice = new Promise((resolve, reject) => {
    const stop = subscribe(
      variables,
      (data) => {
        told.push(plain(data));
        if (told.length === 1) placeOrder(name).catch(reject);
        if (told.length === 2) resolve(stop);
      },
      reject,
    );
  });
  const stop = await twice;
  assert.deepEqual(told.map(({ kpis }) => kpis.orderCount), [0, 1], name);
  assert.deepEqual(told[1], await ask(`query ($filter: KpiFilter) { kpis(filter: $filter) ${selection} }`, variables), name);
  await stop();
}

// One connection for many, and what is wrong is told.
const client = ws();
const failing = client.iterate({ query: "subscription { kpis { nothing } }" });
await assert.rejects(failing.next(), (errors) => errors[0].extensions.code === "GRAPHQL_VALIDATION_FAILED");
await client.dispose();
