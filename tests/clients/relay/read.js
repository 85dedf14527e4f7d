// Runs what the compiler made with Relay's own runtime: a page and its next
// end up as one list in the store, of the shop's orders and of one node's.
const assert = require("node:assert/strict");
const {
  Environment, Network, RecordSource, Store,
  createOperationDescriptor, fetchQuery, getSingularSelector,
} = require("relay-runtime");
const Shop = require("./__generated__/ShopQuery.graphql");
const ShopPage = require("./__generated__/ShopOrdersPageQuery.graphql");
const ShopOrders = require("./__generated__/Shop_orders.graphql");
const Customer = require("./__generated__/CustomerQuery.graphql");
const CustomerPage = require("./__generated__/CustomerOrdersPageQuery.graphql");
const CustomerOrders = require("./__generated__/Customer_orders.graphql");

const post = async (query, variables) => {
  const response = await fetch(process.env.SALESGRAPH_URL, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/graphql-response+json" },
    body: JSON.stringify({ query, variables }),
  });
  const body = await response.json();
  assert.equal(body.errors, undefined);
  return body;
};
const environment = new Environment({
  network: Network.create((params, variables) => post(params.text, variables)),
  store: new Store(new RecordSource()),
});

const kept = [];
const ask = async (query, variables) => {
  // What is not retained may be collected before the next page comes.
  kept.push(environment.retain(createOperationDescriptor(query, variables)));
  return fetchQuery(environment, query, variables).toPromise();
};
const connection = (fragment, owner) =>
  environment.lookup(getSingularSelector(fragment, owner)).data;
const codes = (orders) => orders.edges.map((edge) => edge.node.code);

const shopOrders = async () => {
  const before = await ask(Shop, { first: 7 });
  const { endCursor, hasNextPage } = connection(ShopOrders, before).orders.pageInfo;
  assert.equal(hasNextPage, true);
  await ask(ShopPage, { first: 7, after: endCursor, filter: null });
  const { data } = await post("{ orders(first: 14) { edges { node { code } } } }");
  assert.deepEqual(codes(connection(ShopOrders, before).orders), codes(data.orders));
};

const customerOrders = async () => {
  const { data } = await post(
    `{ customers(first: 1, sort: [{ kpi: ORDER_COUNT, direction: DESC }]) {
      edges { node { id orders(first: 2) { edges { node { code } } } } } } }`,
  );
  const { id, orders } = data.customers.edges[0].node;
  const { node } = await ask(Customer, { id, year: 2025 });
  assert.equal(node.__typename, "Customer");
  const { endCursor } = connection(CustomerOrders, node.orders).orders.pageInfo;
  await ask(CustomerPage, { id, first: 1, after: endCursor });
  assert.deepEqual(codes(connection(CustomerOrders, node.orders).orders), codes(orders));
};

shopOrders().then(customerOrders).catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
