// The audits of GraphQL over HTTP by the draft's authors: none fails, of what must be and of what should.
import assert from "node:assert/strict";
import { auditServer } from "graphql-http";
import { url } from "./server.mjs";

const audits = await auditServer({ url });
assert.ok(audits.length > 50, `there are ${audits.length} audits`);
const failed = audits.filter(({ status }) => status !== "ok");
assert.deepEqual(failed.map(({ id, name, reason }) => `${id} ${name}: ${reason}`), []);
