import { isEnumType, isObjectType } from "graphql";

/** The types whose fields, or values, the dashboard explains to its readers. */
const EXPLAINED = [
  "Kpis",
  "SeasonSlot",
  "DeliveryDistance",
  "DistanceBar",
  "BreakdownRow",
  "Cohort",
  "CohortPeriod",
  "Drivers",
  "ProductPair",
  "RfmCell",
  "Dimension",
];

/**
 * Writes what the schema says of each field: one sentence and its unit.
 *
 * A description ends with `Unit: …`, which says how to format the value.
 */
export const plugin = (schema) => {
  const types = EXPLAINED.map((name) => schema.getType(name));
  const definitions = Object.fromEntries(types.map((type) => [type.name, texts(membersOf(type))]));
  return `export const definitions = ${JSON.stringify(definitions, null, 2)} as const;\n`;
};

function membersOf(type) {
  if (isEnumType(type)) return type.getValues();
  if (isObjectType(type)) return Object.values(type.getFields());
  throw new Error("the schema has no such type");
}

function texts(members) {
  return Object.fromEntries(members.map(({ name, description }) => [name, explained(description ?? "")]));
}

function explained(description) {
  const [text, unit] = description.split(/\n?Unit: /);
  return { text: text.trim().replace(/\s+/g, " "), unit: unit?.trim().replace(/\.$/, "") ?? null };
}
