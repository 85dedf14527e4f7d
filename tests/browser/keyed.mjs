// A shop that asks its readers who they are: keys to it, and links that hold one.

import { execFile } from "node:child_process";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { openPage } from "./support.mjs";

/** A running salesgraph that asks for keys, and takes pages of localhost for its frames. */
export const KEYED_URL = (process.env.KEYED_URL ?? "http://127.0.0.1:8082").replace(/\/$/, "");

const salesgraph = (...args) =>
  promisify(execFile)(process.env.SALESGRAPH, ["keys", ...args, "--mongo-uri", process.env.KEYED_MONGO]);

export const WAREHOUSE = `
kpis = ["orderCount", "unitsSold"]
dimensions = ["product", "category", "shipMode"]
`;

/** Makes a link to a page for whoever may see so much; a new key opens within a second. */
export async function makeLink(name, scope = "", path = "/") {
  const file = join(await mkdtemp(join(tmpdir(), "scope-")), "scope.toml");
  await writeFile(file, scope);
  const page = `${KEYED_URL}${path}`;
  const { stdout } = await salesgraph("add", name, "--expires", "1d", "--scope", file, "--link", page);
  const link = stdout.trim();
  while ((await askWith(keyIn(link), "{ __typename }")).errors) await new Promise((resolve) => setTimeout(resolve, 100));
  return link;
}

export const keyIn = (link) => new URLSearchParams(new URL(link).hash.slice(1)).get("key");

export const revoke = (name) => salesgraph("revoke", name);

/** The API's own answer to whoever shows a key. */
export async function askWith(key, query, variables = {}) {
  const response = await fetch(`${KEYED_URL}/graphql`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Authorization: `Bearer ${key}` },
    body: JSON.stringify({ query, variables }),
  });
  return response.json();
}

/** A page of that shop, and the documents that it sends. */
export async function openKeyed(browser, options) {
  const opened = await openPage(browser, options, KEYED_URL);
  const asked = [];
  const visited = [];
  opened.context.on("request", (request) => {
    const { pathname } = new URL(request.url());
    if (pathname === "/graphql" && request.method() === "POST") asked.push(request.postData() ?? "");
    else visited.push(pathname);
  });
  opened.page.on("websocket", (socket) => socket.on("framesent", ({ payload }) => asked.push(String(payload))));
  return { ...opened, asked, visited };
}
