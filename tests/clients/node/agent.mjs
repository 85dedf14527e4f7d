// The protocol's own client: finds the tools, and gets the figures that GraphQL gives.
import assert from "node:assert/strict";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { ask, url } from "./server.mjs";

const client = new Client({ name: "tests", version: "1.0.0" });
await client.connect(new StreamableHTTPClientTransport(new URL("/mcp", url)));

const { tools } = await client.listTools();
assert.deepEqual(tools.map(({ name }) => name), [
  "catalogue", "values", "ask", "compare", "drivers", "cohorts", "explain",
]);
assert.ok(tools.every(({ annotations }) => annotations.readOnlyHint));

const call = async (name, args) => {
  const { structuredContent, isError } = await client.callTool({ name, arguments: args });
  return { told: structuredContent, isError };
};

const { told: catalogue } = await call("catalogue", {});
assert.ok(catalogue.kpis.length > 20);

const { told } = await call("ask", { measures: ["orderCount", "customerCount"], by: ["region"], orderBy: ["-orderCount"] });
const { kpis } = await ask(
  "{ kpis { breakdown(by: [REGION], orderBy: ORDER_COUNT) { rows { key { value } kpis { orderCount customerCount } } } } }",
);
const expected = kpis.breakdown.rows.map(({ key, kpis }) => ({ region: key[0].value, ...kpis }));
assert.deepEqual(told.rows, expected);
assert.equal(told.more, false);

const refused = await call("ask", { measures: ["revenue"] });
assert.ok(refused.isError);
assert.match(refused.told.error.message, /there is no KPI `revenue`: there are grossSales/);
await client.close();
