/** A value as GraphQL writes it in a document: keys are bare, texts as in JSON. */
export function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const fields = Object.entries(value).filter(([, it]) => it !== undefined);
  return fields.length === 0 ? "{}" : `{ ${fields.map(([name, it]) => `${name}: ${literal(it)}`).join(", ")} }`;
}
