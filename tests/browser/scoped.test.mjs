// A reader who may not use every KPI and dimension: the dashboard shows the rest, and asks for nothing else.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { card, choose, panel, rowsOf, settled } from "./dashboard.mjs";
import { askWith, keyIn, KEYED_URL, makeLink, openKeyed, WAREHOUSE } from "./keyed.mjs";
import { assertClean, launch, violations } from "./support.mjs";

const NO_CUSTOMERS = 'dimensions = ["product", "category", "subCategory", "shipMode", "region", "country"]\n';
const NO_MONEY = 'kpis = ["orderCount", "unitsSold", "lineCount", "customerCount", "newCustomerCount", "retentionRate"]\n';

/** What a warehouse may not use, as documents, addresses and files could name it. */
const FORBIDDEN =
  /totalSales|TOTAL_SALES|total_sales|totalProfit|TOTAL_PROFIT|averageBasket|profitMargin|seasonality|\bshare\b|REGION|\bregion\b|SEGMENT|SUB_CATEGORY|customerCount|\bcustomers\b|rfm|cohorts/;

const links = {};
let browser;

before(async () => {
  browser = await launch();
  links.warehouse = await makeLink("Warehouse", WAREHOUSE);
  links.noCustomers = await makeLink("No customers", NO_CUSTOMERS);
  links.noMoney = await makeLink("No money", NO_MONEY);
  links.nothing = await makeLink("Nothing", "kpis = []\n");
  links.everything = await makeLink("Everything");
});

after(() => browser?.close());

/** Opens a view by a reader's link. */
async function open(name, path, options) {
  const opened = await openKeyed(browser, options);
  await opened.page.goto(`${KEYED_URL}${path}${new URL(links[name]).hash}`);
  await opened.page.locator('main[aria-busy="false"] .grid:not(.stale), .notice').first().waitFor();
  return opened;
}

const panels = (page) => page.locator("[data-panel]").evaluateAll((all) => all.map((it) => it.dataset.panel));
const cards = (page) => page.locator("[data-kpi]").evaluateAll((all) => all.map((it) => it.dataset.kpi));
const views = (page) => page.getByRole("navigation", { name: "Views" }).getByRole("link").allInnerTexts();
/** The browser tells of the one document that is refused before it is known what may be used. */
const beyondTheFirst = (offences) => offences.filter((it) => !it.includes("status of 400"));

const SEEN = {
  "/": [["orderCount", "unitsSold"], ["series", "why", "category"]],
  "/products": [["unitsSold"], ["category", "product", "pairs"]],
  "/time": [[], ["series", "peaks"]],
  "/places": [[], ["distances", "shipModes"]],
};

for (const [path, [ofCards, ofPanels]] of Object.entries(SEEN)) {
  test(`the warehouse sees what it may use at ${path}, and asks for no more`, async () => {
    const { page, context, offences, asked } = await open("warehouse", path);
    assert.deepEqual(await views(page), ["Overview", "Products", "Time", "Places"]);
    assert.deepEqual(await cards(page), ofCards);
    assert.deepEqual(await panels(page), ofPanels);
    await page.getByText("is left out of this view").waitFor();
    await page.getByText("Live", { exact: true }).waitFor();
    // The first one asks for all values to filter by.
    const named = asked.slice(1).map((text) => FORBIDDEN.exec(text)?.[0]);
    assert.deepEqual(named.filter((it) => it !== undefined), []);
    assert.equal(offences.length - beyondTheFirst(offences).length, 1);
    assertClean(beyondTheFirst(offences));
    await context.close();
  });
}

test("what is shown is what the server says", async () => {
  const { page, context } = await open("warehouse", "/products?period=all&table=category");
  const query = "{ kpis { unitsSold breakdown(by: [CATEGORY], orderBy: UNITS_SOLD) { rows { key { label } kpis { unitsSold } } } } }";
  const { data } = await askWith(keyIn(links.warehouse), query);
  const number = (text) => Number(text.replaceAll(",", ""));
  assert.equal(number(await card(page, "unitsSold").getAttribute("title")), data.kpis.unitsSold);
  const expected = data.kpis.breakdown.rows.map(({ key, kpis }) => [key[0].label, kpis.unitsSold]);
  assert.deepEqual((await rowsOf(page, "category")).map(([name, value]) => [name, number(value)]), expected);
  await context.close();
});

test("who may use everything asks for nothing more, and loads nothing more", async () => {
  const { page, context, offences, asked, visited } = await open("everything", "/");
  await page.getByText("Live", { exact: true }).waitFor();
  assert.equal(asked.filter((it) => it.startsWith('{"query"')).length, 2);
  assert.deepEqual(visited.filter((it) => it.includes("prune")), []);
  assert.equal(await page.getByText("is left out of this view").count(), 0);
  assertClean(offences);
  await context.close();
});

test("filters and measures that may not be used are not offered, and an address's are dropped with a word", async () => {
  const address = "/?region=West&segment=Consumer&category=Furniture&kpi=totalProfit&why=region";
  const { page, context } = await open("warehouse", address);
  await page.getByText("Not filtered by Region, Segment: you may not use that.").waitFor();
  await page.getByRole("button", { name: "Remove Category: Furniture" }).waitFor();
  await panel(page, "series").getByRole("heading", { name: "Orders over time" }).waitFor();
  await page.getByRole("button", { name: "Add a filter" }).click();
  const offered = await page.locator(".dimensions button").allInnerTexts();
  assert.deepEqual(offered, ["Category", "Ship mode", "Product"]);
  await page.getByRole("checkbox", { name: "Kitchen" }).check();
  await page.getByRole("button", { name: "Remove Category: Kitchen" }).waitFor();
  await page.goto(`${KEYED_URL}/time${new URL(links.warehouse).hash}`);
  await settled(page);
  assert.deepEqual(await page.getByLabel("Measure").locator("option").allInnerTexts(), ["Orders", "Units sold"]);
  await context.close();
});

test("what is copied names nothing that may not be used, and is answered", async () => {
  const { page, context } = await open("warehouse", "/products", { permissions: ["clipboard-read", "clipboard-write"] });
  for (const [id, item] of [
    ["category", "Copy as GraphQL"],
    ["category", "Copy as SQL"],
    ["category", "Copy as URL"],
    ["product", "Copy as GraphQL"],
    ["pairs", "Copy as GraphQL"],
  ]) {
    await choose(page, id, item);
    await panel(page, id).getByText("Copied", { exact: true }).waitFor();
    await page.keyboard.press("Escape");
    const text = await page.evaluate(() => navigator.clipboard.readText());
    assert.doesNotMatch(text, FORBIDDEN, `${id}, ${item}`);
    if (item === "Copy as GraphQL") assert.equal((await askWith(keyIn(links.warehouse), text)).errors, undefined, text);
    if (item !== "Copy as URL") continue;
    const table = await fetch(text, { headers: { Authorization: `Bearer ${keyIn(links.warehouse)}` } });
    assert.equal(table.status, 200, await table.text());
  }
  const columns = await panel(page, "product").locator("thead th").allInnerTexts();
  assert.deepEqual(columns, ["Product", "Units sold", "Orders"]);
  await context.close();
});

for (const [name, path, seen] of [
  ["noCustomers", "/", ["series", "why", "bridge", "category", "region"]],
  ["noCustomers", "/customers", ["new", "loyalty", "cohorts"]],
  ["noCustomers", "/time", ["series", "months", "weekdays", "hours", "peaks"]],
  ["noMoney", "/", ["series", "why", "category", "region"]],
  ["noMoney", "/customers", ["new", "loyalty", "kindsOver", "cohorts", "segment", "segments"]],
  ["noMoney", "/places", ["map", "distances", "shipModes"]],
]) {
  test(`a reader of another scope (${name}) sees what is theirs at ${path}`, async () => {
    const { page, context, offences } = await open(name, path);
    assert.deepEqual(await panels(page), seen);
    await page.getByText("Live", { exact: true }).waitFor();
    assert.equal(await page.locator(".skeleton").count(), 0);
    assertClean(beyondTheFirst(offences));
    await context.close();
  });
}

for (const [locale, said] of [
  ["en-GB", "This view tells of what you may not use."],
  ["fr-FR", "Cette vue parle de ce que vous ne pouvez pas utiliser."],
]) {
  test(`a view with nothing for its reader says so (${locale})`, async () => {
    const { page, context, offences, asked } = await open("warehouse", "/customers", { locale });
    await page.getByText(said).waitFor();
    assert.ok(!asked.some((text) => text.includes("query Customers")));
    assert.deepEqual(await violations(page), []);
    assertClean(beyondTheFirst(offences));
    await context.close();
    const none = await open("nothing", "/", { locale });
    await none.page.getByText(said).waitFor();
    await none.context.close();
  });
}

test("it is as readable as for others: by screen readers, in the dark, on a phone", async () => {
  const { page, context } = await open("warehouse", "/?region=West", { viewport: { width: 360, height: 740 }, colorScheme: "dark" });
  assert.deepEqual(await violations(page), []);
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360);
  await context.close();
});
