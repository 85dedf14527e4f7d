// The introspection queries of graphql-js pass the limits, and what they give is the printed schema.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { buildClientSchema, buildSchema, findBreakingChanges, getIntrospectionQuery } from "graphql";
import { ask } from "./server.mjs";

const everything = {
  descriptions: true,
  specifiedByUrl: true,
  directiveIsRepeatable: true,
  schemaDescription: true,
  inputValueDeprecation: true,
  oneOf: true,
};
const printed = buildSchema(await readFile(new URL("../schema.graphql", import.meta.url), "utf8"));

// graphql-js adds the built-in directives of its own version to a schema that is built.
const apart = (one, other) =>
  findBreakingChanges(one, other).filter(({ type }) => !type.startsWith("DIRECTIVE_"));

for (const options of [undefined, everything]) {
  const served = buildClientSchema(await ask(getIntrospectionQuery(options)));
  assert.deepEqual(apart(printed, served), []);
  assert.deepEqual(apart(served, printed), []);
}
