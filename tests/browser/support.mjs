// What every browser test needs: a browser, a page that is watched, the API's own answers.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { readFile } from "node:fs/promises";

import { chromium } from "playwright-core";

/** A running salesgraph. */
export const BASE_URL = (process.env.BASE_URL ?? "http://127.0.0.1:8080").replace(/\/$/, "");

/** Another one, of a shop with words of its own. */
export const OWN_URL = (process.env.OWN_URL ?? "http://127.0.0.1:8081").replace(/\/$/, "");

/** A server without a cache over a large shop needs its time. */
export const PATIENCE = 120_000;

const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";

export function launch() {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"],
  });
}

/**
 * A page that remembers what it must not do.
 *
 * @param {import("playwright-core").Browser} browser
 * @param {import("playwright-core").BrowserContextOptions} [options]
 * @param {string} [home] the only server that it may ask
 */
export async function openPage(browser, options = {}, home = BASE_URL) {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    locale: "en-GB",
    reducedMotion: "reduce",
    acceptDownloads: true,
    ...options,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  const offences = [];
  page.on("request", (request) => {
    const { origin, protocol } = new URL(request.url());
    if (protocol.startsWith("http") && origin !== new URL(home).origin) offences.push(`asked for ${request.url()}`);
  });
  page.on("console", (message) => {
    if (message.type() === "error") offences.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => offences.push(`threw: ${error.message}`));
  return { page, context, offences };
}

/** Fails where the page did what it must not. */
export function assertClean(offences) {
  assert.deepEqual(offences, []);
}

/** The API's own answer, to hold the page against. */
export async function ask(query, variables = {}) {
  const response = await fetch(`${BASE_URL}/graphql`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await response.json();
  assert.equal(errors, undefined, JSON.stringify(errors));
  return data;
}

/** Keeps the next question from the server until it is released; those after it pass. */
export async function holdFirst(page) {
  let release;
  const released = new Promise((resolve) => {
    release = resolve;
  });
  let first = true;
  await page.route("**/graphql", async (route) => {
    const isFirst = first;
    first = false;
    if (isFirst) await released;
    await route.continue().catch(() => {});
  });
  return release;
}

/** Runs in the page: where a pointer meets the shape, for the middle of a country with islands may be at sea. */
export function pointWithin(shape) {
  const { left, right, top, bottom } = shape.closest("svg").getBoundingClientRect();
  for (let y = top + 5; y < bottom; y += 10) {
    for (let x = left + 5; x < right; x += 10) {
      if (document.elementFromPoint(x, y) === shape) return [x, y];
    }
  }
  throw new Error("no point of the shape is in sight");
}

const axe = readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe-core finds wrong with the page, in one line each. */
export async function violations(page) {
  // Evaluated rather than added as a script, which the page's content security policy refuses.
  await page.evaluate(await axe);
  const found = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(" ")).join(", ")}`);
}
