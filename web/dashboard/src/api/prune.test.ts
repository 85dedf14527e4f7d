import { readFileSync } from "node:fs";

import { buildSchema, getNamedType, isEnumType, parse, print, TypeInfo, validate, visit, visitWithTypeInfo } from "graphql";
import { describe, expect, it } from "vitest";

import { BREAKDOWN_DIMENSIONS } from "../state/filter";
import { KPIS } from "../state/kpi";
import * as generated from "./generated/graphql";
import { type MayUse, pruneTo } from "./prune";

const schema = buildSchema(readFileSync(new URL("../../../../schema.graphql", import.meta.url), "utf8"));
const documents = Object.entries(generated).flatMap(([name, it]) => (name.endsWith("Document") ? [[name, String(it)] as const] : []));

const EVERYTHING: MayUse = { kpis: KPIS, dimensions: BREAKDOWN_DIMENSIONS };
const WAREHOUSE: MayUse = { kpis: ["orderCount", "unitsSold"], dimensions: ["product", "category", "shipMode"] };
const READERS: Readonly<Record<string, MayUse>> = {
  warehouse: WAREHOUSE,
  "without customers": { ...EVERYTHING, dimensions: ["product", "category", "subCategory", "region", "country"] },
  "without money": { ...EVERYTHING, kpis: ["orderCount", "unitsSold", "lineCount", "customerCount"] },
  "one mean": { kpis: ["averageBasket"], dimensions: [] },
  "sales alone": { kpis: ["totalSales"], dimensions: ["region"] },
  "no KPI": { ...EVERYTHING, kpis: [] },
};

/** What views give their documents where they may use nothing else. */
const VARIABLES = { own: [], why: ["CATEGORY"], driven: "ORDER_COUNT", by: "ORDER_COUNT", orderBy: "ORDER_COUNT", of: "CATEGORY" };

/** Everything that a document names, by the schema: what the server looks for. */
function namesIn(query: string): Set<string> {
  const names = new Set<string>();
  const types = new TypeInfo(schema);
  const asField = (value: string) => value.toLowerCase().replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  visit(
    parse(query),
    visitWithTypeInfo(types, {
      Field: ({ name, arguments: given }) => {
        names.add(name.value);
        const of = getNamedType(types.getType())?.name;
        if (of?.endsWith("ProductConnection")) names.add("product");
        if (of?.endsWith("CustomerConnection")) names.add("customer");
        for (const { name, defaultValue, type } of types.getFieldDef()?.args ?? []) {
          if (!isEnumType(getNamedType(type)) || given?.some((it) => it.name.value === name)) continue;
          if (typeof defaultValue === "string") names.add(asField(defaultValue));
        }
      },
      EnumValue: ({ value }) => void names.add(asField(value)),
      ObjectField: ({ name }) => void names.add(name.value),
    }),
  );
  return names;
}

describe.each(Object.entries(READERS))("for a reader: %s", (_, may) => {
  const prune = pruneTo(may);
  const allowed = new Set([...may.kpis, ...may.dimensions]);
  const forbidden = [...KPIS, ...BREAKDOWN_DIMENSIONS].filter((it) => !allowed.has(it));

  it.each(documents)("%s names nothing forbidden, and is sound", (_, text) => {
    const { query, variables } = prune(text, VARIABLES);
    const named = namesIn(query);
    expect(forbidden.filter((it) => named.has(it))).toEqual([]);
    expect(validate(schema, parse(query)).map(({ message }) => message)).toEqual([]);
    for (const name of Object.keys(variables)) expect(query).toContain(`$${name}`);
  });
});

it.each(documents)("%s stays as it is where everything may be used", (_, text) => {
  const { query } = pruneTo(EVERYTHING)(text, { ...VARIABLES, ...Object.fromEntries([...text.matchAll(/\$(\w+):/g)].map(([, name]) => [name, null])) });
  expect(query).toBe(print(parse(text)));
});

describe("what is taken out", () => {
  const prune = pruneTo(WAREHOUSE);
  const pruned = (query: string, variables = {}) => prune(query, variables).query.replace(/\s+/g, " ");

  it("leaves an object where it was all that there was", () => {
    expect(pruned("{ kpis { difference { profitMargin } orderCount } }")).toBe("{ kpis { difference { __typename } orderCount } }");
  });

  it("is what follows from it, too", () => {
    expect(pruned("{ kpis { seasonality(cycle: ISO_WEEKDAY) { seasonalIndex } rfm { customerCount } orderCount } }")).toBe("{ kpis { orderCount } }");
    expect(pruned("{ kpis { breakdown(by: [CATEGORY], orderBy: ORDER_COUNT) { rows { share class } others { share } } } }")).toBe(
      "{ kpis { breakdown(by: [CATEGORY], orderBy: ORDER_COUNT) { rows { __typename } others { __typename } } } }",
    );
  });

  it("is not a share of something else", () => {
    const cohorts = "{ kpis { cohorts(grain: MONTH) { periods { share } } } }";
    const may = { kpis: ["customerCount", "newCustomerCount"], dimensions: [] };
    expect(pruneTo(may)(cohorts, {}).query.replace(/\s+/g, " ")).toBe(cohorts);
  });

  it("is what a filter or a variable names", () => {
    expect(pruned('{ one: kpis(filter: { region: { eq: "West" } }) { orderCount } kpis { orderCount } }')).toBe("{ kpis { orderCount } }");
    const query = "query ($by: [Dimension!]!, $filter: KpiFilter) { kpis(filter: $filter) { breakdown(by: $by, orderBy: UNITS_SOLD) { groupCount } } }";
    expect(prune(query, { by: ["REGION"], filter: {} })).toEqual({
      query: "query ($filter: KpiFilter) {\n  kpis(filter: $filter) {\n    __typename\n  }\n}",
      variables: { filter: {} },
    });
    // A text is no name, whatever it says.
    expect(prune(query, { by: ["CATEGORY"], filter: { product: { in: ["REGION"] } } }).variables).toHaveProperty("filter");
  });

  it("is not the order of rows that have another KPI to come first by", () => {
    expect(pruned("{ kpis { breakdown(by: [CATEGORY], first: 3) { rows { kpis { ...K } } } } } fragment K on Kpis { totalSales unitsSold orderCount }")).toBe(
      "{ kpis { breakdown(by: [CATEGORY], first: 3, orderBy: UNITS_SOLD) { rows { kpis { ...K } } } } } fragment K on Kpis { unitsSold orderCount }",
    );
    expect(pruned("{ kpis { breakdown(by: [CATEGORY]) { rows { kpis { totalSales } } } } }")).toBe("{ kpis { __typename } }");
  });

  it("leaves what tells of changes something to tell", () => {
    expect(pruned("subscription { kpis { ...Told } } fragment Told on Kpis { grossSales taxes }")).toBe(
      "subscription { kpis { ...Told } } fragment Told on Kpis { orderCount unitsSold }",
    );
  });
});
