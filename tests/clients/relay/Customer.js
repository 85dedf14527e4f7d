// Documents as a Relay application holds them; only the compiler reads this file.
const { graphql } = require("relay-runtime");

graphql`
  query CustomerQuery($id: ID!, $year: Int!) {
    node(id: $id) {
      __typename
      ...Customer_line @alias(as: "line")
      ...Customer_kpis @arguments(year: $year) @alias(as: "kpis")
      ...Customer_orders @alias(as: "orders")
    }
  }
`;

graphql`
  fragment Customer_line on Customer {
    name
    location { city country }
  }
`;

graphql`
  fragment Customer_kpis on Customer
  @refetchable(queryName: "CustomerKpisQuery")
  @argumentDefinitions(year: { type: "Int!" }) {
    ever: kpis { totalSales orderCount }
    kpis(filter: { period: { year: $year } }) {
      totalSales
      averageBasket
      compareTo(baseline: { relative: PREVIOUS_YEAR }) { change { totalSales } }
    }
  }
`;

graphql`
  fragment Customer_orders on Customer
  @refetchable(queryName: "CustomerOrdersPageQuery")
  @argumentDefinitions(
    first: { type: "Int", defaultValue: 1 }
    after: { type: "String" }
  ) {
    orders(first: $first, after: $after) @connection(key: "Customer_orders") {
      edges { node { code totals { sales } } }
    }
  }
`;
