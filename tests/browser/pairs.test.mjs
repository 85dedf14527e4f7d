// What is bought together: of all products, and with one of them.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, describe, test } from "node:test";

import { choose, panel, rowsOf, settled, show, wholeYear } from "./dashboard.mjs";
import { ordersOf } from "./raw.mjs";
import { ask, assertClean, BASE_URL, launch, openPage, violations } from "./support.mjs";

let browser;
let year;
let orders;

before(async () => {
  browser = await launch();
  year = await wholeYear();
  orders = await ordersOf(year);
});

after(() => browser?.close());

/** Every pair of products on the same orders, told from each of the two, reckoned from the orders' lines. */
function pairsIn(lineMatches = () => true) {
  const kept = orders.map(({ lines }) => lines.filter((line) => line.product && lineMatches(line)));
  const names = new Map(kept.flat().map(({ productCode, product }) => [productCode, product.name]));
  const baskets = kept.map((lines) => [...new Set(lines.map(({ productCode }) => productCode))]).filter((it) => it.length > 0);
  const holding = new Map();
  const together = new Map();
  const count = (map, key) => map.set(key, (map.get(key) ?? 0) + 1);
  for (const basket of baskets) {
    for (const one of basket) {
      count(holding, one);
      for (const other of basket) if (one !== other) count(together, JSON.stringify([one, other]));
    }
  }
  return [...together].map(([key, both]) => {
    const [one, other] = JSON.parse(key);
    const confidence = both / holding.get(one);
    return {
      codes: [one, other],
      names: [names.get(one), names.get(other)],
      both,
      support: both / baskets.length,
      confidence,
      confidenceOfOther: both / holding.get(other),
      lift: (confidence * baskets.length) / holding.get(other),
    };
  });
}

/** Each pair once, from the product of which more orders hold the other; at the same share from the lesser code. */
function once(pairs) {
  return pairs.filter(({ codes: [one, other], confidence, confidenceOfOther }) =>
    confidence === confidenceOfOther ? one < other : confidence > confidenceOfOther,
  );
}

/** The first of them: by a figure, ties by the lesser code and then the greater. */
function firstBy(pairs, figure, most = 20) {
  const codes = (pair) => [...pair.codes].sort().join("\0");
  const isBefore = (one, other) => (codes(one) < codes(other) ? -1 : 1);
  // Quotients of the same counts differ in their last binary digit.
  const order = (one, other) => (Math.abs(one[figure] - other[figure]) < 1e-12 ? isBefore(one, other) : other[figure] - one[figure]);
  return [...pairs].sort(order).slice(0, most);
}

const percent = (digits) => new Intl.NumberFormat("en-GB", { style: "percent", ...digits });
const one = { minimumFractionDigits: 1, maximumFractionDigits: 1 };

/** A pair's row as the page shows it. */
function shown({ names, both, support, confidence, lift }) {
  return [...names, String(both), percent({ maximumSignificantDigits: 3 }).format(support), percent(one).format(confidence), lift.toFixed(2)];
}

async function pairsSettled(page) {
  await settled(page);
  await panel(page, "pairs").and(page.locator('[aria-busy="false"]')).waitFor();
}

async function open(search = "", options) {
  const opened = await openPage(browser, options);
  await show(opened.page, "/products", search);
  await pairsSettled(opened.page);
  return opened;
}

/** The product that most orders hold together with others, and what these are. */
function bestSeller() {
  const [{ codes, names }] = firstBy(pairsIn(), "both");
  return { code: codes[0], name: names[0] };
}

describe("products that are bought together", () => {
  test("come first by their orders, their lift or their confidence, as the orders have them", async () => {
    const { page, context, offences } = await open();
    const pairs = once(pairsIn()).filter(({ both }) => both >= 2);
    assert.ok(pairs.length > 20, `${pairs.length} pairs`);
    for (const [name, figure] of [["Orders", "both"], ["Lift", "lift"], ["Confidence", "confidence"]]) {
      await panel(page, "pairs").getByRole("button", { name, exact: true }).click();
      await pairsSettled(page);
      assert.deepEqual(await rowsOf(page, "pairs"), firstBy(pairs, figure).map(shown), name);
    }
    assert.match(await panel(page, "pairs").locator(".footnote").innerText(), new RegExp(`^${pairs.length.toLocaleString("en-GB")} in all`));
    assert.equal(new URL(page.url()).searchParams.get("pairs"), "CONFIDENCE", "which can be shared");
    await page.reload();
    await pairsSettled(page);
    assert.deepEqual(await rowsOf(page, "pairs"), firstBy(pairs, "confidence").map(shown));
    assertClean(offences);
    await context.close();
  });

  test("are on as many orders as is asked for, and where none are, it is said", async () => {
    const { page, context } = await open("&pairs=LIFT");
    const atLeast = panel(page, "pairs").getByLabel("Minimum orders");
    const pairs = once(pairsIn());
    await atLeast.selectOption("3");
    await pairsSettled(page);
    const expected = firstBy(pairs.filter(({ both }) => both >= 3), "lift").map(shown);
    assert.deepEqual(expected.length > 0 ? await rowsOf(page, "pairs") : [], expected);
    await atLeast.selectOption("100");
    await panel(page, "pairs").getByText("No two products are together on 100 orders or more").waitFor();
    await atLeast.selectOption("1");
    await pairsSettled(page);
    assert.deepEqual(await rowsOf(page, "pairs"), firstBy(pairs, "lift").map(shown));
    await context.close();
  });

  test("follow the filters: only lines of a category make pairs of it", async () => {
    const { product } = orders[0].lines.find((line) => line.product?.category);
    const { page, context } = await open(`&category=${encodeURIComponent(product.category)}&minOrders=1`);
    const pairs = once(pairsIn((line) => line.product.category === product.category));
    assert.deepEqual(await rowsOf(page, "pairs"), firstBy(pairs, "both").map(shown));
    assert.match(await panel(page, "pairs").locator(".footnote").innerText(), /Only products that match the filters/);
    await context.close();
  });
});

describe("a product that is looked at", () => {
  test("is told with what it is bought, from either column, and back", async () => {
    const { page, context, offences } = await open();
    const before = await rowsOf(page, "pairs");
    const second = panel(page, "pairs").locator("tbody tr").first().locator("td").first();
    const name = await second.innerText();
    await second.getByRole("button").click();
    await panel(page, "pairs").getByRole("heading", { name: `Bought together with ${name}`, exact: true }).waitFor();
    await pairsSettled(page);
    const ofIt = pairsIn().filter(({ names, both }) => names[0] === name && both >= 2);
    const expected = firstBy(ofIt, "both").map((pair) => shown(pair).slice(1));
    assert.deepEqual(await rowsOf(page, "pairs"), expected);
    await page.goBack();
    await panel(page, "pairs").getByRole("heading", { name: "Bought together", exact: true }).waitFor();
    await pairsSettled(page);
    assert.deepEqual(await rowsOf(page, "pairs"), before);
    assertClean(offences);
    await context.close();
  });

  test("says so where it is with nothing that often, and where filters leave products out", async () => {
    const { code } = bestSeller();
    const { page, context } = await open(`&product=${encodeURIComponent(code)}&minOrders=100`);
    await panel(page, "pairs").getByText("No other product is with it on 100 orders or more").waitFor();
    assert.equal(await panel(page, "pairs").locator(".footnote").count(), 0);
    const { product } = orders.flatMap(({ lines }) => lines).find((line) => line.productCode === code);
    await show(page, "/products", `&product=${encodeURIComponent(code)}&category=${encodeURIComponent(product.category)}&minOrders=1`);
    await pairsSettled(page);
    assert.match(await panel(page, "pairs").locator(".footnote").innerText(), /Only products that match the filters/);
    await context.close();
  });

  test("and another one: how often the two are together", async () => {
    const [{ codes, names }] = firstBy(pairsIn(), "both");
    const { page, context } = await open(codes.map((code) => `&product=${encodeURIComponent(code)}`).join(""));
    const rows = await rowsOf(page, "pairs");
    assert.deepEqual(rows.map((cells) => cells.slice(0, 2).sort()), [[...names].sort()]);
    await context.close();
  });
});

test("files and questions of pairs hold what the table shows", async () => {
  const { code, name } = bestSeller();
  const { page, context } = await open(`&product=${encodeURIComponent(code)}`, {
    permissions: ["clipboard-read", "clipboard-write"],
  });
  const rows = await rowsOf(page, "pairs");
  const file = page.waitForEvent("download");
  await choose(page, "pairs", "Download CSV");
  const csv = (await readFile(await (await file).path(), "utf8")).replace("\uFEFF", "").split("\r\n");
  assert.equal(csv[0], `# Bought together with ${name}`);
  const header = csv.findIndex((line) => line.startsWith("Bought with,"));
  assert.equal(csv[header], "Bought with,Orders,Support,Confidence,Lift");
  assert.deepEqual(csv.slice(header + 1).filter(Boolean).map((line) => line.split(",")[0]), rows.map(([other]) => other));

  await choose(page, "pairs", "Copy as GraphQL");
  await panel(page, "pairs").getByText("Copied", { exact: true }).waitFor();
  const { products } = await ask(await page.evaluate(() => navigator.clipboard.readText()));
  const { pairs } = products.edges[0].node.boughtTogether;
  assert.deepEqual(pairs.map(({ otherProduct }) => otherProduct.label), rows.map(([other]) => other));
  await context.close();
});

test("pairs are said in French", async () => {
  const { page, context } = await open("", { locale: "fr-FR" });
  await panel(page, "pairs").getByRole("heading", { name: "Achetés ensemble" }).waitFor();
  const columns = await panel(page, "pairs").locator("thead th").allInnerTexts();
  assert.deepEqual(columns, ["Produit", "Acheté avec", "Commandes", "Support", "Confiance", "Lift"]);
  await panel(page, "pairs").getByLabel("Commandes au minimum").selectOption("100");
  await panel(page, "pairs").getByText("Aucune paire de produits n’est réunie dans 100 commandes").waitFor();
  await panel(page, "pairs").getByRole("button", { name: /^Ce que/ }).click();
  assert.match(await panel(page, "pairs").locator(".meaning").innerText(), /^Les produits réunis dans une même commande/);
  await context.close();
});

for (const colorScheme of ["light", "dark"]) {
  test(`pairs can be read on a phone, both names whole, in the ${colorScheme}`, async () => {
    const { page, context } = await open("", { viewport: { width: 390, height: 844 }, colorScheme });
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), 0);
    const cut = await panel(page, "pairs")
      .locator(".cell-pick")
      .evaluateAll((names) => names.filter((it) => it.scrollHeight > it.clientHeight + 1 && getComputedStyle(it).overflow === "hidden").length);
    assert.equal(cut, 0, "names are not cut off");
    assert.deepEqual(await violations(page), []);
    await context.close();
  });
}

test("pairs have a question of their own: where it fails, the view is there all the same, and says so", async () => {
  const { page, context } = await openPage(browser);
  const asked = [];
  let fails = true;
  await page.route("**/graphql", (route) => {
    const { query } = route.request().postDataJSON();
    asked.push(query);
    if (!fails || !query.includes("pairs(")) return route.continue();
    const extensions = { code: "QUERY_TOO_COMPLEX" };
    return route.fulfill({ json: { errors: [{ message: "too many different pairs", extensions }] } });
  });
  await page.goto(`${BASE_URL}/products?period=${year}`);
  await settled(page);
  const notice = panel(page, "pairs").getByRole("alert");
  await notice.getByText("too many different pairs").waitFor();
  assert.ok((await rowsOf(page, "product")).length > 0);
  const ofView = asked.find((query) => query.includes("query Products("));
  assert.ok(ofView && !ofView.includes("pairs("), "the view does not wait for them");
  fails = false;
  await notice.getByRole("button", { name: "Try again" }).click();
  await panel(page, "pairs").locator("tbody tr").first().waitFor();
  await context.close();
});
