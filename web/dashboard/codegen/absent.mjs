import { buildASTSchema, getNamedType, Kind, TypeInfo, visit, visitWithTypeInfo } from "graphql";

import { kpisOf } from "./kpis.mjs";

/** What has the KPIs as fields. */
const OF_KPIS = new Set(["Kpis", "KpiChanges", "KpiDifferences"]);

/** What else a reader may not have: it follows from KPIs, or is of a dimension. */
const OTHERS = new Set([
  "Shop.values",
  "Kpis.breakdown",
  "Kpis.cohorts",
  "Kpis.deliveryDistance",
  "Kpis.drivers",
  "Kpis.pairs",
  "Kpis.peaks",
  "Kpis.rfm",
  "Kpis.seasonality",
  "Drivers.salesTree",
  "BreakdownRow.share",
  "BreakdownRow.cumulativeShare",
  "BreakdownRow.class",
  "Product.boughtTogether",
]);

/** Parts of an answer whose filter names a dimension. */
const FILTERED = new Set(["ofNew", "ofReturning", "ofNobody"]);

/**
 * Makes everything optional, in the types of answers, that a reader may not use: such fields
 * are taken out of a document before it is sent for them (`src/api/prune.ts`).
 *
 * Types are optional where a directive says so, which `unmark.mjs` takes back out of the
 * documents: nobody sends it.
 */
export function transform({ documents, schema }) {
  const ast = buildASTSchema(schema);
  const kpis = new Set(kpisOf(ast).map(([field]) => field));
  return documents.map((file) => ({ ...file, document: marked(file.document, ast, kpis) }));
}

function marked(document, schema, kpis) {
  const types = new TypeInfo(schema);
  const leave = (field) => {
    const on = getNamedType(types.getParentType())?.name;
    const name = field.name.value;
    const isKpi = OF_KPIS.has(on) && kpis.has(name);
    if (!isKpi && !OTHERS.has(`${on}.${name}`) && !FILTERED.has(field.alias?.value)) return undefined;
    if (field.directives.some((it) => it.name.value === "include")) return undefined;
    return { ...field, directives: [...field.directives, MARK] };
  };
  return visit(document, visitWithTypeInfo(types, { Field: { leave } }));
}

const MARK = {
  kind: Kind.DIRECTIVE,
  name: { kind: Kind.NAME, value: "include" },
  arguments: [
    {
      kind: Kind.ARGUMENT,
      name: { kind: Kind.NAME, value: "if" },
      value: { kind: Kind.BOOLEAN, value: true },
    },
  ],
};
