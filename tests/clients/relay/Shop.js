// Documents as a Relay application holds them; only the compiler reads this file.
const { graphql } = require("relay-runtime");

graphql`
  query ShopQuery($first: Int!) {
    shop { name currency }
    ...Shop_orders @arguments(first: $first)
    ...Shop_customers @arguments(first: $first)
  }
`;

graphql`
  fragment Shop_orders on Query
  @refetchable(queryName: "ShopOrdersPageQuery")
  @argumentDefinitions(
    first: { type: "Int", defaultValue: 20 }
    after: { type: "String" }
    filter: { type: "OrderFilter" }
  ) {
    orders(first: $first, after: $after, filter: $filter)
      @connection(key: "Shop_orders", filters: ["filter"]) {
      totalCount
      edges {
        node {
          code
          orderedAt
          customer { ...Customer_line }
          lines { product { name } amounts { quantity revenue } }
          totals { sales }
        }
      }
    }
  }
`;

graphql`
  fragment Shop_customers on Query
  @refetchable(queryName: "ShopCustomersPageQuery")
  @argumentDefinitions(
    first: { type: "Int", defaultValue: 20 }
    after: { type: "String" }
    sort: { type: "[CustomerSort!]" }
  ) {
    customers(first: $first, after: $after, sort: $sort)
      @connection(key: "Shop_customers", filters: ["sort"]) {
      edges { node { ...Customer_line } }
    }
  }
`;
