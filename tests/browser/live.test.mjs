// The dashboard while the shop changes: figures move by themselves.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { MongoClient } from "mongodb";

import { card, digits, rowsOf, settled } from "./dashboard.mjs";
import { ask, assertClean, BASE_URL, launch, openPage, PATIENCE } from "./support.mjs";

let browser;
let database;

before(async () => {
  browser = await launch();
  database = await new MongoClient(process.env.SALESGRAPH_MONGO).connect();
});

after(async () => {
  await database?.close();
  await browser?.close();
});

/** Places the shop's last order once more, or its last one of another kind. */
async function placeOrder(kind = {}) {
  const orders = database.db("salesgraph").collection("orders");
  const wanted = { status: "completed", ...kind };
  const [{ _id, ...order }] = await orders.find(wanted).sort({ orderedAt: -1 }).limit(1).toArray();
  await orders.insertOne({ ...order, _id: crypto.randomUUID() });
}

const orders = async (page) => Number(digits(await card(page, "orderCount").getAttribute("title")));

/** Waits until there is what is expected, which nobody asks for. */
async function until(expected, look) {
  const end = Date.now() + PATIENCE;
  for (let seen = await look(); seen !== expected; seen = await look()) {
    assert.ok(Date.now() < end, `not ${expected}, but ${seen}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const shows = (page, count) => until(count, () => orders(page));

for (const [locale, live] of [
  ["en-GB", "Live"],
  ["fr-FR", "En direct"],
]) {
  test(`an order shows by itself, and the page says that it would (${locale})`, async () => {
    const { page, context, offences } = await openPage(browser, { locale });
    await page.goto(`${BASE_URL}/?period=all`);
    await settled(page);
    await page.getByText(live, { exact: true }).waitFor();
    const before = await orders(page);
    await placeOrder();
    await shows(page, before + 1);
    // Nothing is dimmed for it.
    assert.equal(await page.locator('main[aria-busy="true"]').count(), 0);
    assertClean(offences);
    await context.close();
  });
}

test("what stands in sight beside a filter moves, too", async () => {
  const { page, context } = await openPage(browser);
  const { shop } = await ask("{ shop { values(of: SHIP_MODE, first: 2) { value } } }");
  const [chosen, other] = shop.values.map(({ value }) => value);
  await page.goto(`${BASE_URL}/places?period=all&shipMode=${encodeURIComponent(chosen)}&table=shipModes`);
  await settled(page);
  await page.getByText("Live", { exact: true }).waitFor();
  const count = async () => Number(digits((await rowsOf(page, "shipModes")).find(([name]) => name === other)[1]));
  const before = await count();
  await placeOrder({ shipMode: other });
  await until(before + 1, count);
  await context.close();
});

test("what changes before the server begins to tell is not missed", async () => {
  const { page, context } = await openPage(browser);
  let tell;
  const told = new Promise((resolve) => {
    tell = resolve;
  });
  await page.routeWebSocket("**/graphql", (socket) => {
    const server = socket.connectToServer();
    socket.onMessage(async (message) => {
      await told;
      server.send(message);
    });
  });
  await page.goto(`${BASE_URL}/?period=all`);
  await settled(page);
  const before = await orders(page);
  await placeOrder();
  await until(before + 1, async () => (await ask("{ kpis { orderCount } }")).kpis.orderCount);
  tell();
  await page.getByText("Live", { exact: true }).waitFor();
  await shows(page, before + 1);
  await context.close();
});

test("without a socket the server is asked again, and nothing says live", async () => {
  const { page, context } = await openPage(browser);
  await page.routeWebSocket("**/graphql", (socket) => socket.close());
  await page.goto(`${BASE_URL}/?period=all`);
  await settled(page);
  const before = await orders(page);
  await placeOrder();
  await shows(page, before + 1);
  assert.equal(await page.getByText("Live", { exact: true }).count(), 0);
  await context.close();
});

test("a socket that comes back is used again", async () => {
  const { page, context } = await openPage(browser);
  let away = true;
  await page.routeWebSocket("**/graphql", (socket) => {
    if (away) socket.close();
    else socket.connectToServer();
  });
  await page.goto(`${BASE_URL}/?period=all`);
  await settled(page);
  away = false;
  await page.getByText("Live", { exact: true }).waitFor();
  const before = await orders(page);
  await placeOrder();
  await shows(page, before + 1);
  await context.close();
});
