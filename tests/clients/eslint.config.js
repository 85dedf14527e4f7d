import graphql from "@graphql-eslint/eslint-plugin";

// Only what is looked up again has an id. The rest are values: they belong to the
// node or the question that they answer, and a normalized cache keeps them there.
const values = {
  suffixes: ["Connection", "Edge"],
  types: [
    "Breakdown", "BreakdownRow", "Cohort", "CohortPeriod", "Comparison", "DeliveryDistance", "DimensionValue",
    "DistanceBar", "DriverRow", "Drivers", "Freshness", "KpiChanges", "KpiDifferences", "Kpis", "OddDocuments",
    "OrderLine", "OrderLineAmounts", "OrderReturn", "OrderReturnAmounts", "OrderTotals", "PageInfo", "ProductPair",
    "ProductPairs", "Rejects", "Rfm", "RfmCell", "RfmGroup", "RoundedKpis", "RoundedTotals", "SalesTree",
    "SeasonSlot", "ShopCalendar", "ShopDimension", "ShopKpi", "ShopYear", "TimeBucket", "TimeRange", "Viewer",
    // There is one shop, and `shop` gives it.
    "Shop",
  ],
};

// What a rule without options gets wrong, by rule and by the words of its message.
const mistaken = [
  // When it was ordered: a verb, not the type's name before the field's.
  ["@graphql-eslint/no-typename-prefix", 'Field "orderedAt"'],
  // Built into GraphQL, so printed with the schema, whether a scalar uses it or not.
  ["@graphql-eslint/no-unreachable-types", "Directive `specifiedBy`"],
];
const isMistaken = ({ ruleId, message }) =>
  mistaken.some(([rule, words]) => rule === ruleId && message.startsWith(words));

export default [
  {
    files: ["schema.graphql"],
    languageOptions: {
      parser: graphql.parser,
      parserOptions: { graphQLConfig: { schema: "./schema.graphql" } },
    },
    plugins: { "@graphql-eslint": graphql },
    processor: {
      meta: { name: "mistaken" },
      preprocess: (text) => [text],
      postprocess: ([messages]) => messages.filter((message) => !isMistaken(message)),
    },
    rules: {
      ...graphql.configs["flat/schema-recommended"].rules,
      ...graphql.configs["flat/schema-relay"].rules,
      "@graphql-eslint/strict-id-in-types": [
        "error",
        { acceptedIdNames: ["id"], acceptedIdTypes: ["ID"], exceptions: values },
      ],
      // A list that is short by nature, such as an order's lines or a year's months, needs no pages.
      "@graphql-eslint/relay-edge-types": [
        "error",
        { withEdgeSuffix: true, shouldImplementNode: true, listTypeCanWrapOnlyEdgeType: false },
      ],
    },
  },
];
