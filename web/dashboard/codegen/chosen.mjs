import { buildASTSchema, Kind, parse, visit } from "graphql";

import { kpisOf } from "./kpis.mjs";

const FRAGMENT = "Chosen";

/**
 * Gives documents the fragment `Chosen`: of all KPIs only those that a variable asks for,
 * so that a chart of any KPI costs no more than a chart of one.
 *
 * The fragment and the variables follow from the schema: a KPI that is added there is
 * asked for without a change of any query.
 */
export function transform({ documents, schema }) {
  const kpis = kpisOf(buildASTSchema(schema)).map(([field]) => field);
  const variables = kpis.map((kpi) => `$${kpi}: Boolean = false`).join(" ");
  const fields = kpis.map((kpi) => `${kpi} @include(if: $${kpi})`).join(" ");
  const [{ variableDefinitions }] = parse(`query (${variables}) { __typename }`).definitions;
  const fragment = { location: FRAGMENT, document: parse(`fragment ${FRAGMENT} on Kpis { ${fields} }`) };
  const completed = documents.map((file) =>
    spreadsChosen(file.document) ? { ...file, document: withVariables(file.document, variableDefinitions) } : file,
  );
  return [...completed, fragment];
}

function withVariables(document, variables) {
  const definitions = document.definitions.map((definition) =>
    definition.kind === Kind.OPERATION_DEFINITION
      ? { ...definition, variableDefinitions: [...definition.variableDefinitions, ...variables] }
      : definition,
  );
  return { ...document, definitions };
}

function spreadsChosen(document) {
  let found = false;
  visit(document, {
    FragmentSpread({ name }) {
      found ||= name.value === FRAGMENT;
    },
  });
  return found;
}
