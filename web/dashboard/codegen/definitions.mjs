import { isObjectType } from "graphql";

/** The types whose fields the dashboard explains to its readers. */
const EXPLAINED = ["Kpis", "SeasonSlot", "DeliveryDistance", "DistanceBar", "BreakdownRow", "Cohort", "CohortPeriod"];

/**
 * Writes what the schema says of each field: one sentence and its unit.
 *
 * A description ends with `Unit: …`, which says how to format the value.
 */
export const plugin = (schema) => {
  const types = EXPLAINED.map((name) => schema.getType(name)).filter(isObjectType);
  const definitions = Object.fromEntries(types.map((type) => [type.name, fields(type)]));
  return `export const definitions = ${JSON.stringify(definitions, null, 2)} as const;\n`;
};

function fields(type) {
  return Object.fromEntries(
    Object.values(type.getFields()).map((field) => [field.name, explained(field.description ?? "")]),
  );
}

function explained(description) {
  const [text, unit] = description.split(/\n?Unit: /);
  return { text: text.trim().replace(/\s+/g, " "), unit: unit?.trim().replace(/\.$/, "") ?? null };
}
