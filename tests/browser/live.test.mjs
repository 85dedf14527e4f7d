// The dashboard while the shop changes: figures move by themselves.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { MongoClient } from "mongodb";

import { card, digits, settled } from "./dashboard.mjs";
import { assertClean, BASE_URL, launch, openPage, PATIENCE } from "./support.mjs";

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

/** Places the shop's last order once more. */
async function placeOrder() {
  const orders = database.db("salesgraph").collection("orders");
  const [{ _id, ...order }] = await orders.find({ status: "completed" }).sort({ orderedAt: -1 }).limit(1).toArray();
  await orders.insertOne({ ...order, _id: crypto.randomUUID() });
}

const orders = async (page) => Number(digits(await card(page, "orderCount").getAttribute("title")));

/** Waits until there are so many orders to be seen, which nobody asks for. */
async function shows(page, count) {
  const end = Date.now() + PATIENCE;
  while ((await orders(page)) !== count) {
    assert.ok(Date.now() < end, `not ${count} orders, but ${await orders(page)}`);
    await page.waitForTimeout(50);
  }
}

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
