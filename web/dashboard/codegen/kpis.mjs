import { isEnumType, isObjectType } from "graphql";

/** Every KPI of the schema by its field, in the schema's order, with its name where it orders rows. */
export const plugin = (schema) => `export const kpiNames = ${JSON.stringify(Object.fromEntries(kpisOf(schema)), null, 2)} as const;\n`;

/** Fields and the names that `KpiName` has for them; a name without a field is an error of the schema. */
export function kpisOf(schema) {
  const names = schema.getType("KpiName");
  const kpis = schema.getType("Kpis");
  if (!isEnumType(names) || !isObjectType(kpis)) throw new Error("the schema has no KPIs");
  return names.getValues().map(({ name }) => {
    const field = name.toLowerCase().replace(/_(\w)/g, (_, letter) => letter.toUpperCase());
    if (!(field in kpis.getFields())) throw new Error(`KpiName has ${name}, Kpis has no ${field}`);
    return [field, name];
  });
}
