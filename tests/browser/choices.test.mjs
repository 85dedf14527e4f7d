// What readers choose, by pointer and by keyboard: it filters, and the address keeps it.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { card, digits, panel, settled, show, wholeYear } from "./dashboard.mjs";
import { ask, assertClean, BASE_URL, holdFirst, launch, openPage, pointWithin } from "./support.mjs";

let browser;
let year;

before(async () => {
  browser = await launch();
  year = await wholeYear();
});

after(() => browser?.close());

/** Gives the most profitable place and the next one of another state one name in what the server answers; what is asked is kept. */
async function renamed(page, name) {
  const questions = [];
  await page.route("**/graphql", async (route) => {
    const question = route.request().postDataJSON();
    const response = await route.fetch();
    const answer = await response.json();
    if (answer.data?.ranked) {
      questions.push(question);
      const [first, ...others] = answer.data.ranked.most.rows;
      const second = others.find(({ key }) => key[1].value !== first.key[1].value);
      for (const { key } of [first, second]) key.at(-1).label = name;
    }
    await route.fulfill({ response, json: answer });
  });
  return questions;
}

describe("choices", () => {
  test("a place on the map filters", async () => {
    const { page, context } = await openPage(browser);
    await show(page, "/places");
    const { kpis } = await ask(`{ kpis(filter: { period: { year: ${year} } }) {
      breakdown(by: [COUNTRY], first: 1) { rows { key { value } } }
    } }`);
    await panel(page, "map").scrollIntoViewIfNeeded();
    // The deepest colour is the country with the most sales.
    const country = panel(page, "map").locator('.chart svg path[fill="#0b4f5f"]').first();
    const [x, y] = await country.evaluate(pointWithin);
    await page.mouse.click(x, y);
    await page.waitForURL(/country=/);
    assert.equal(new URL(page.url()).searchParams.get("country"), kpis.breakdown.rows[0].key[0].value);
    await context.close();
  });

  test("a product is found by its words in any order, however they are written, and by its code", async () => {
    const { page, context } = await openPage(browser);
    await show(page, "/");
    const { products } = await ask(`{ products(first: 1) { edges { node { code name } } } }`);
    const { code, name } = products.edges[0].node;
    await page.getByRole("button", { name: "Add a filter" }).click();
    await page.getByRole("button", { name: "Product", exact: true }).click();
    await page.getByRole("searchbox").fill(code.toLowerCase());
    await page.getByRole("checkbox", { name, exact: true }).waitFor();
    await page.getByRole("searchbox").fill(name.toUpperCase().split(" ").reverse().join(" "));
    await page.getByRole("checkbox", { name, exact: true }).check();
    await page.waitForURL((url) => url.searchParams.get("product") === code);
    await settled(page);
    assert.match(await page.locator(".chip").innerText(), new RegExp(name));
    await context.close();
  });

  test("a city is found without its accents, and the address tells it by all of its levels", async () => {
    const { page, context } = await openPage(browser);
    await show(page, "/");
    await page.getByRole("button", { name: "Add a filter" }).click();
    await page.getByRole("button", { name: "City", exact: true }).click();
    await page.getByRole("searchbox").fill("DUSSELDORF");
    await page.getByRole("checkbox", { name: "Düsseldorf, North Rhine-Westphalia, Germany", exact: true }).check();
    await page.waitForURL((url) => url.searchParams.get("city") === "Germany/North Rhine-Westphalia/Düsseldorf");
    await page.reload();
    await settled(page);
    assert.match(await page.locator(".chip").innerText(), /Düsseldorf, North Rhine-Westphalia, Germany/);
    const city = '{ country: "Germany", state: "North Rhine-Westphalia", city: "Düsseldorf" }';
    const filter = `{ period: { year: ${year} }, place: { in: [${city}] } }`;
    const { kpis } = await ask(`{ kpis(filter: ${filter}) { totalSales } }`);
    const filtered = await card(page, "totalSales").getAttribute("title");
    assert.equal(digits(filtered), digits(kpis.totalSales.toFixed(2)));
    await context.close();
  });

  test("cities of one name stand apart in a ranking, and choosing one leaves out the other", async () => {
    const { page, context } = await openPage(browser);
    // No two cities of the demo are called the same: two of them are renamed on their way.
    const questions = await renamed(page, "Springfield");
    await show(page, "/places", "&zone=CITY&table=most");
    const namesakes = panel(page, "most").locator("th .cell-pick", { hasText: "Springfield, " });
    const names = await namesakes.allInnerTexts();
    assert.equal(new Set(names).size, 2, names.join(" and "));
    await namesakes.first().click();
    await page.waitForURL(/city=/);
    await settled(page);
    assert.equal(await namesakes.first().getAttribute("aria-pressed"), "true");
    assert.equal(await namesakes.last().getAttribute("aria-pressed"), "false");
    const [{ in: places }] = questions.at(-1).variables.filter.place;
    assert.deepEqual(places.map(Object.keys), [["country", "state", "city"]]);
    await context.close();
  });

  test("a click on a bar filters, the address keeps it, and back takes it back", async () => {
    const { page, context, offences } = await openPage(browser);
    await show(page, "/");
    const whole = await card(page, "totalSales").getAttribute("title");
    const bar = panel(page, "category").locator('.chart svg path[fill="#0d6477"]').first();
    await bar.click();
    await page.waitForURL(/category=/);
    await settled(page);
    const chosen = new URL(page.url()).searchParams.get("category");
    const filter = `{ period: { year: ${year} }, category: { in: [${JSON.stringify(chosen)}] } }`;
    const { kpis } = await ask(`{ kpis(filter: ${filter}) { totalSales } }`);
    const filtered = await card(page, "totalSales").getAttribute("title");
    assert.equal(digits(filtered), digits(kpis.totalSales.toFixed(2)));
    assert.notEqual(filtered, whole);

    await page.reload();
    await settled(page);
    assert.equal(await card(page, "totalSales").getAttribute("title"), filtered);
    assert.match(await page.locator(".chip").innerText(), new RegExp(chosen));

    await page.goBack();
    await settled(page);
    assert.equal(await card(page, "totalSales").getAttribute("title"), whole);
    assert.equal(await page.locator(".chip").count(), 0);
    assertClean(offences);
    await context.close();
  });

  test("a chip, a list and a table's cell filter by the keyboard", async () => {
    const { page, context } = await openPage(browser);
    await show(page, "/products");
    await panel(page, "product").locator(".cell-pick").first().press("Enter");
    await page.waitForURL(/product=/);
    await settled(page);
    await page.locator(".chip").press("Enter");
    await settled(page);
    assert.doesNotMatch(page.url(), /product=/);
    await page.getByRole("button", { name: "Add a filter" }).press("Enter");
    await page.locator(".value input").first().press("Space");
    await settled(page);
    assert.equal(await page.locator(".chip").count(), 1);
    await page.keyboard.press("Escape");
    assert.equal(await page.locator(".popover-panel").count(), 0);
    await context.close();
  });

  test("a period without orders says so, and how to go on", async () => {
    const { page, context } = await openPage(browser);
    await page.goto(`${BASE_URL}/?period=1999-01-01..1999-01-31`);
    await page.locator('main[aria-busy="false"] .notice').waitFor();
    await page.getByRole("button", { name: "Start over" }).click();
    await settled(page);
    await context.close();
  });

  test("a late answer never takes the place of a newer one", async () => {
    const { page, context } = await openPage(browser);
    await show(page, "/products");
    // The panel with a question of its own has asked it, so that the next one is the view's.
    await panel(page, "pairs").locator("tbody tr").first().waitFor();
    const release = await holdFirst(page);
    const abandoned = page.waitForEvent("requestfailed");
    const measures = page.getByRole("group", { name: "Measure" });
    await measures.getByRole("button", { name: "Units sold", exact: true }).click();
    await measures.getByRole("button", { name: "Orders", exact: true }).click();
    await settled(page);
    release();
    assert.equal((await abandoned).postDataJSON().variables.orderBy, "UNITS_SOLD");
    assert.match(await panel(page, "category").locator("h2").innerText(), /^Orders by/);
    await context.close();
  });
});
