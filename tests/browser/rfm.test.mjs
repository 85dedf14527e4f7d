// Customers by how recently, how often and for how much they buy.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, describe, test } from "node:test";

import { changeAnswers, choose, contrasts, digits, panel, rowsOf, settled, show, wholeYear } from "./dashboard.mjs";
import { customersOf, ordersOf } from "./raw.mjs";
import { ask, assertClean, BASE_URL, launch, openPage, OWN_URL, violations } from "./support.mjs";

let browser;
let year;
let customers;

before(async () => {
  browser = await launch();
  year = await wholeYear();
  customers = scored(await customersOf(year), await ordersOf(year));
});

after(() => browser?.close());

/** Which group has which scores, by Putler's table: recency downwards from 5, frequency and money upwards from 1. */
const TABLE = [
  ["Recent customers", "Potential loyalists", "Loyal customers", "Champions", "Champions"],
  ["Promising", "Potential loyalists", "Potential loyalists", "Loyal customers", "Champions"],
  ["Promising", "Need attention", "Potential loyalists", "Loyal customers", "Loyal customers"],
  ["About to sleep", "Need attention", "Need attention", "At risk", "At risk"],
  ["Lost", "Hibernating", "At risk", "Cannot lose them", "Cannot lose them"],
];
const groupOf = ({ recency, frequencyMonetary }) => TABLE[5 - recency][frequencyMonetary - 1];

/** Scores from 1 to 5 as SQL's ntile(5) gives them, ties by code. */
function fifths(rows, value) {
  const order = (one, other) => value(one) - value(other) || (one.code < other.code ? -1 : 1);
  const sorted = [...rows].sort(order);
  const [each, more] = [Math.floor(rows.length / 5), rows.length % 5];
  // The first `more` fifths have one customer more than the others.
  const bounds = [1, 2, 3, 4, 5].map((fifth) => fifth * each + Math.min(fifth, more));
  return new Map(sorted.map(({ code }, index) => [code, bounds.findIndex((bound) => index < bound) + 1]));
}

function scored(rows, orders) {
  const last = new Map();
  for (const { customer, orderedAt } of orders) {
    const at = Date.parse(orderedAt);
    if (customer) last.set(customer.code, Math.max(at, last.get(customer.code) ?? at));
  }
  const recency = fifths(rows, ({ code }) => last.get(code));
  const frequency = fifths(rows, ({ orderCount }) => orderCount);
  const money = fifths(rows, ({ totalSales }) => totalSales);
  return rows.map((row) => {
    const scores = { recency: recency.get(row.code), frequencyMonetary: Math.ceil((frequency.get(row.code) + money.get(row.code)) / 2) };
    return { ...row, ...scores, group: groupOf(scores) };
  });
}

const pounds = (locale) => (cents) => digits(new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(cents / 100));

/** What the table has to show of a group: its customers, their share, sales and basket, by their digits. */
function expected(group) {
  const members = customers.filter((it) => it.group === group);
  const cents = members.reduce((sum, { totalSales }) => sum + Math.round(totalSales * 100), 0);
  const orders = members.reduce((sum, { orderCount }) => sum + orderCount, 0);
  const share = new Intl.NumberFormat("en-GB", { style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const amount = pounds("en-GB");
  return [
    String(members.length),
    digits(share.format(members.length / customers.length)),
    amount(cents),
    orders === 0 ? "" : amount(cents / orders),
  ];
}

async function rfmSettled(page) {
  await settled(page);
  for (const id of ["rfm", "rfmCells"]) await panel(page, id).and(page.locator('[aria-busy="false"]')).waitFor();
}

async function open(search = "", options) {
  const opened = await openPage(browser, options);
  await show(opened.page, "/customers", search);
  await rfmSettled(opened.page);
  return opened;
}

test("every customer is in one of eleven groups, with what they bring", async () => {
  const { page, context, offences } = await open("&table=rfmCells");
  const rows = await rowsOf(page, "rfm");
  assert.deepEqual(rows.map(([name]) => name).sort(), [...new Set(TABLE.flat())].sort());
  assert.ok(customers.length > 100, `${customers.length} customers`);
  for (const [name, ...figures] of rows) assert.deepEqual(figures.map(digits), expected(name), name);

  const cells = await rowsOf(page, "rfmCells");
  assert.equal(cells.length, 25);
  for (const [recency, frequencyMonetary, group, count] of cells) {
    const scores = { recency: Number(recency), frequencyMonetary: Number(frequencyMonetary) };
    assert.equal(group, groupOf(scores), `${recency} ${frequencyMonetary}`);
    const those = customers.filter((it) => it.recency === scores.recency && it.frequencyMonetary === scores.frequencyMonetary);
    assert.equal(digits(count), String(those.length), `${recency} ${frequencyMonetary}`);
  }
  assertClean(offences);
  await context.close();
});

test("the groups follow the filters", async () => {
  const { kpis } = await ask(`{ kpis(filter: { period: { year: ${year} } }) { breakdown(by: [SEGMENT], first: 1) { rows { key { value } } } } }`);
  const [{ value }] = kpis.breakdown.rows[0].key;
  const { page, context } = await open(`&segment=${encodeURIComponent(value)}`);
  const { kpis: some } = await ask(
    `query ($segment: String!) { kpis(filter: { period: { year: ${year} }, segment: { eq: $segment } }) { customerCount totalSales } }`,
    { segment: value },
  );
  const rows = await rowsOf(page, "rfm");
  const sum = (at) => rows.reduce((all, cells) => all + Number(digits(cells[at])), 0);
  assert.equal(sum(1), some.customerCount);
  assert.equal(sum(3), Math.round(some.totalSales * 100));
  assert.ok(some.customerCount < customers.length);
  await context.close();
});

describe("the heat map of scores", () => {
  for (const colorScheme of ["light", "dark"]) {
    for (const width of [390, 1280]) {
      test(`can be read at ${width} pixels, in the ${colorScheme}`, async () => {
        const { page, context } = await open("", { viewport: { width, height: 900 }, colorScheme });
        assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), 0);
        await panel(page, "rfmCells").scrollIntoViewIfNeeded();
        await panel(page, "rfmCells").locator(".chart svg path").first().waitFor({ state: "attached" });
        const written = await panel(page, "rfmCells").locator(".chart svg text").allTextContents();
        for (const name of ["R 5", "R 1", "FM 1", "FM 5", "Champions", "Hibernating"]) assert.ok(written.includes(name), `${name}: ${written}`);
        // Long names take two lines, and none is cut off.
        const words = new Set(written.flatMap((text) => text.split(" ")));
        for (const name of TABLE.flat()) for (const word of name.split(" ")) assert.ok(words.has(word), `${word}: ${written}`);
        const ratios = await panel(page, "rfmCells").locator(".chart svg").evaluate(contrasts);
        assert.ok(ratios.length >= 50, `${ratios.length} texts on cells`);
        assert.ok(Math.min(...ratios) >= 4.5, `the least is ${Math.min(...ratios)}`);
        assert.deepEqual(await violations(page), []);
        await context.close();
      });
    }
  }
});

test("the groups are said in French, and their file is", async () => {
  const { page, context } = await open("", { locale: "fr-FR" });
  const columns = await panel(page, "rfm").locator("thead th").allInnerTexts();
  assert.deepEqual(columns, ["Groupe", "Clients", "Part des clients", "Ventes", "Panier moyen"]);
  const names = (await rowsOf(page, "rfm")).map(([name]) => name);
  assert.ok(names.includes("À ne pas perdre") && names.includes("Perdus"), names.join());
  const file = page.waitForEvent("download");
  await panel(page, "rfm").getByRole("button", { name: /^Plus sur/ }).click();
  await panel(page, "rfm").getByRole("button", { name: "Télécharger en CSV" }).click();
  const csv = await readFile(await (await file).path(), "utf8");
  const champions = customers.filter(({ group }) => group === "Champions").length;
  assert.ok(csv.includes(`\nChampions;${champions};`), csv);
  await context.close();
});

test("the groups have a question of their own, which asks for all that is shown", async () => {
  const { page, context } = await openPage(browser, { permissions: ["clipboard-read", "clipboard-write"] });
  const asked = [];
  page.on("request", (request) => {
    if (request.url().endsWith("/graphql")) asked.push(request.postDataJSON().query);
  });
  await show(page, "/customers");
  await rfmSettled(page);
  const ofView = asked.find((query) => query.includes("query Customers("));
  assert.ok(ofView && !ofView.includes("rfm"), "the view does not wait for them");
  assert.equal(asked.filter((query) => query.includes("rfm {")).length, 1, "both panels ask once");
  await choose(page, "rfm", "Copy as GraphQL");
  await panel(page, "rfm").getByText("Copied", { exact: true }).waitFor();
  const { kpis } = await ask(await page.evaluate(() => navigator.clipboard.readText()));
  assert.equal(kpis.rfm.customerCount, customers.length);
  await context.close();
});

test("a shop that knows no customers has no groups, and says so", async () => {
  const { page, context } = await openPage(browser, {}, OWN_URL);
  await page.goto(`${OWN_URL}/customers?period=all`);
  await page.getByText("none of them names a customer").waitFor();
  assert.equal(await panel(page, "rfm").count(), 0);
  await context.close();
});

test("fewer than five customers are told not to reach the highest scores", async () => {
  const { page, context } = await openPage(browser);
  await changeAnswers(page, ({ kpis }) => {
    if (kpis?.rfm) kpis.rfm.customerCount = 4;
  });
  await page.goto(`${BASE_URL}/customers?period=${year}`);
  await rfmSettled(page);
  assert.match(await panel(page, "rfm").locator(".footnote").innerText(), /Fewer than five customers/);
  await context.close();
});
