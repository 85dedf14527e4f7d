// The dashboard in a browser, held against the API that it draws.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import { gzipSync } from "node:zlib";

import {
  card,
  choose,
  digits,
  panel,
  rowsOf,
  settled,
  show,
  wholeYear,
} from "./dashboard.mjs";
import { ask, assertClean, BASE_URL, holdFirst, launch, openPage, violations } from "./support.mjs";

const FIRST_LOAD_LIMIT = 350 * 1024;

/** Panels that draw a chart, and those that are tables by nature. */
const VIEWS = {
  "/": { charts: ["series", "why", "bridge", "category", "region", "segment"], tables: [] },
  "/products": { charts: ["category", "subCategory", "losses"], tables: ["product", "pairs"] },
  "/customers": { charts: ["new", "loyalty", "kindsOver", "kinds", "cohorts", "rfmCells", "segment"], tables: ["segments", "customer", "rfm"] },
  "/time": { charts: ["series", "months", "weekdays", "hours"], tables: ["peaks"] },
  "/places": {
    charts: ["map", "regions", "most", "least", "distances", "shipModes", "shipping"],
    tables: [],
  },
};

/** The KPIs of the cards of each view. */
const CARDS = {
  "/": ["totalSales", "totalProfit", "orderCount", "customerCount", "averageBasket", "profitMargin", "unitsSold", "retentionRate"],
  "/products": ["totalSales", "unitsSold", "lineCount", "averageUnitsPerOrder", "totalProfit", "profitMargin"],
  "/customers": ["customerCount", "newCustomerCount", "ordersPerCustomer", "averageDaysBetweenOrders", "retentionRate", "repeatCustomerRate"],
};

let browser;
let year;

before(async () => {
  browser = await launch();
  year = await wholeYear();
});

after(() => browser?.close());

describe("every view", () => {
  for (const [path, { charts, tables }] of Object.entries(VIEWS)) {
    test(`${path} draws its figures, in both themes without a fault`, async () => {
      const { page, context, offences } = await openPage(browser, { colorScheme: "light" });
      await show(page, path);
      for (const id of charts) {
        // Charts are drawn as they come into sight.
        await panel(page, id).scrollIntoViewIfNeeded();
        await panel(page, id).locator(".chart svg path").first().waitFor({ state: "attached" });
      }
      for (const id of tables) await panel(page, id).locator("tbody tr").first().waitFor();
      assert.deepEqual(await violations(page), [], "light");
      await page.emulateMedia({ colorScheme: "dark" });
      await page.locator('html[data-theme="dark"]').waitFor();
      // Drawings follow the page a moment later: none has the light theme's grey any more.
      await page.waitForFunction(() => !document.querySelector('.chart svg text[fill="#625e57"]'));
      assert.deepEqual(await violations(page), [], "dark");
      assertClean(offences);
      await context.close();
    });
  }

  test("fits a phone", async () => {
    const { page, context } = await openPage(browser, { viewport: { width: 390, height: 844 } });
    for (const path of Object.keys(VIEWS)) {
      await show(page, path);
      const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.equal(beyond, 0, path);
    }
    await context.close();
  });
});

describe("figures", () => {
  for (const [path, kpis] of Object.entries(CARDS)) {
    test(`on the cards of ${path} are the API's`, async () => {
      const { page, context } = await openPage(browser);
      await show(page, path);
      const answer = await ask(`{ kpis(filter: { period: { year: ${year} } }) { ${kpis.join(" ")} } }`);
      for (const kpi of kpis) {
        const shown = await card(page, kpi).getAttribute("title");
        assert.equal(digits(shown), digits(expected(shown, answer.kpis[kpi])), `${kpi}: ${shown}`);
      }
      await context.close();
    });
  }

  test("in a chart's table are the API's", async () => {
    const { page, context } = await openPage(browser);
    await show(page, "/", "&table=category&table=series");
    const { kpis } = await ask(`{ kpis(filter: { period: { year: ${year} } }) {
      breakdown(by: [CATEGORY], first: 12) { rows { key { label } kpis { totalSales } } }
      timeSeries(grain: MONTH) { kpis { totalSales } }
    } }`);
    const categories = await rowsOf(page, "category");
    assert.deepEqual(
      categories.map(([name, sales]) => [name, digits(sales)]),
      kpis.breakdown.rows.map(({ key, kpis: { totalSales } }) => [key[0].label, digits(totalSales.toFixed(2))]),
    );
    const months = await rowsOf(page, "series");
    assert.deepEqual(
      months.map(([, sales]) => digits(sales)),
      kpis.timeSeries.map(({ kpis: { totalSales } }) => digits(totalSales.toFixed(2))),
    );
    await context.close();
  });
});

describe("the best products", () => {
  test("have their share of the sales with those above them, and their class", async () => {
    const { page, context } = await openPage(browser);
    await show(page, "/products");
    const { kpis } = await ask(`{ kpis(filter: { period: { year: ${year} } }) {
      breakdown(by: [PRODUCT], first: 20) { rows { cumulativeShare class } }
    } }`);
    const columns = await panel(page, "product").locator("thead th").allInnerTexts();
    const [share, abc] = ["With those above", "Class"].map((name) => columns.indexOf(name));
    const shown = (await rowsOf(page, "product")).slice(0, 20).map((cells) => [cells[share], cells[abc]]);
    assert.deepEqual(
      shown,
      kpis.breakdown.rows.map(({ cumulativeShare, class: it }) => [`${(cumulativeShare * 100).toFixed(1)}%`, it]),
    );
    // How many there are of each class stands below, for the first ones are all of class A.
    const { kpis: all } = await ask(`{ kpis(filter: { period: { year: ${year} } }) {
      breakdown(by: [PRODUCT], first: 1000) { rows { class } }
    } }`);
    const footnote = await panel(page, "product").locator(".footnote").innerText();
    for (const name of ["A", "B", "C"]) {
      const count = all.breakdown.rows.filter((row) => row.class === name).length;
      assert.ok(footnote.includes(`${name}: ${count} (`), footnote);
    }
    // By another figure, those above are not those who sell more.
    await page.getByRole("button", { name: "Units sold", exact: true }).click();
    await settled(page);
    assert.ok(!(await panel(page, "product").locator("thead th").allInnerTexts()).includes("Class"));
    await context.close();
  });

  test("have them in French, too", async () => {
    const { page, context } = await openPage(browser, { locale: "fr-FR" });
    await show(page, "/products");
    const columns = await panel(page, "product").locator("thead th").allInnerTexts();
    assert.ok(columns.includes("Avec les précédents") && columns.includes("Classe"), columns.join());
    await context.close();
  });
});

/** A value with as many decimals as the page shows of it; a ratio as a percentage. */
function expected(shown, value) {
  const decimals = /[.,](\d{1,2})(?!\d)/.exec(shown)?.[1].length ?? 0;
  return (shown.includes("%") ? value * 100 : value).toFixed(decimals);
}

describe("a view", () => {
  test("is one question to the server, and its places stand while it is on its way", async () => {
    const { page, context } = await openPage(browser);
    await show(page, "/");
    // What takes longer to count is asked for once the view is there.
    for (const [name, more] of [["Products", 1], ["Customers", 1], ["Time", 0], ["Places", 0]]) {
      const questions = [];
      const count = (request) => request.url().endsWith("/graphql") && questions.push(request);
      page.on("request", count);
      const release = await holdFirst(page);
      await page.getByRole("link", { name, exact: true }).click();
      await page.locator('main[aria-busy="true"] .skeleton').first().waitFor();
      assert.equal(await page.getByRole("heading", { level: 1 }).innerText(), name);
      assert.equal(questions.length, 1, name);
      release();
      await settled(page);
      // The map's outlines may come after its figures.
      await page.locator("main .skeleton").first().waitFor({ state: "detached" });
      assert.equal(questions.length, 1 + more, name);
      page.off("request", count);
      await page.unroute("**/graphql");
    }
    await context.close();
  });

  test("says how fresh its figures are", async () => {
    const { page, context } = await openPage(browser);
    const begin = Date.now();
    await show(page, "/");
    const asOf = Date.parse(await page.locator(".freshness time").getAttribute("datetime"));
    assert.ok(asOf <= Date.now() && asOf > begin - 60_000, new Date(asOf).toISOString());
    await context.close();
  });

  test("of time and of places shows any KPI there is", async () => {
    const { page, context } = await openPage(browser);
    const { __type } = await ask(`{ __type(name: "Kpis") { fields { name type { kind ofType { kind } } } } }`);
    const isScalar = ({ type }) => (type.ofType ?? type).kind === "SCALAR";
    const kpis = __type.fields.filter(isScalar).map(({ name }) => name);
    for (const path of ["/time", "/places"]) {
      await show(page, path);
      const measures = await page
        .getByLabel("Measure")
        .locator("option")
        .evaluateAll((options) => options.map(({ value }) => value));
      assert.deepEqual(measures.sort(), kpis.sort(), path);
    }
    await context.close();
  });
});

describe("readers", () => {
  test("who read French are written to in French", async () => {
    const { page, context, offences } = await openPage(browser, { locale: "fr-FR" });
    await show(page, "/");
    assert.equal(await page.getByRole("heading", { level: 1 }).innerText(), "Vue d’ensemble");
    const sales = await card(page, "totalSales").getAttribute("title");
    assert.match(sales, /^\d{1,3}(\u00a0\d{3})*,\d{2}\u00a0\S+$/);
    await page.getByLabel("Langue").selectOption("en");
    assert.equal(await page.getByRole("heading", { level: 1 }).innerText(), "Overview");
    // A link that is shared leaves its reader theirs.
    assert.doesNotMatch(page.url(), /lang/);
    await page.reload();
    await settled(page);
    assert.equal(await page.getByRole("heading", { level: 1 }).innerText(), "Overview");
    assertClean(offences);
    await context.close();
  });

  test("find what a figure means, in the schema's own words", async () => {
    const { page, context } = await openPage(browser);
    await show(page, "/");
    const { __type } = await ask(`{ __type(name: "Kpis") { fields { name description } } }`);
    const { description } = __type.fields.find(({ name }) => name === "totalSales");
    const sales = page.locator('[data-kpi="totalSales"]');
    await sales.hover();
    await sales.getByRole("button", { name: /means$/ }).click();
    assert.equal(await sales.locator(".meaning").innerText(), description.split("\n")[0]);
    await context.close();
  });

  test("take the figures with them", async () => {
    const { page, context } = await openPage(browser);
    await show(page, "/");
    const file = page.waitForEvent("download");
    await choose(page, "category", "Download CSV");
    const csv = await readFile(await (await file).path(), "utf8");
    const { kpis } = await ask(`{ kpis(filter: { period: { year: ${year} } }) {
      breakdown(by: [CATEGORY], first: 1) { rows { key { label } kpis { totalSales } } }
    } }`);
    const [first] = kpis.breakdown.rows;
    assert.ok(csv.includes(`${first.key[0].label},${first.kpis.totalSales},`), csv);

    const picture = page.waitForEvent("download");
    await choose(page, "category", "Download PNG");
    const png = await readFile(await (await picture).path());
    assert.equal(png.subarray(1, 4).toString(), "PNG");
    assert.ok(png.length > 5_000, `${png.length} bytes`);

    // What is a table already offers neither a chart nor a picture of it.
    await page.goto(`${BASE_URL}/products?period=${year}`);
    await settled(page);
    await panel(page, "product").getByRole("button", { name: /^More on/ }).click();
    const items = await panel(page, "product").locator(".menu button").allInnerTexts();
    assert.deepEqual(items, ["Download CSV", "Download XLSX", "Copy as GraphQL", "Copy as SQL", "Copy as URL"]);

    await choose(page, "category", "Show as a table");
    assert.notEqual((await rowsOf(page, "category")).length, 0);
    assert.match(page.url(), /table=category/);
    await context.close();
  });

  test("wait for little before the charts", async () => {
    const { page, context } = await openPage(browser);
    const loaded = [];
    page.on("response", (response) => loaded.push(response));
    await page.goto(BASE_URL, { waitUntil: "load" });
    await settled(page);
    const sizes = new Map();
    for (const response of loaded) {
      const { pathname } = new URL(response.url());
      // The engine of the charts comes after the first paint; figures are not part of the page.
      if (pathname === "/graphql" || /\/engine-/.test(pathname)) continue;
      const body = await response.body();
      sizes.set(pathname, pathname.endsWith(".woff2") ? body.length : gzipSync(body).length);
    }
    const total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
    assert.ok(total <= FIRST_LOAD_LIMIT, `${total} bytes: ${JSON.stringify([...sizes])}`);
    await context.close();
  });
});

describe("screen readers", () => {
  test("are told of each change, and what is shown now", async () => {
    const { page, context } = await openPage(browser);
    await show(page, "/");
    const status = page.getByRole("status");
    assert.match(await status.innerText(), new RegExp(`^Overview, .*${year}, 0 filters: shown as of`));
    await page.getByRole("button", { name: "Add a filter" }).press("Enter");
    await page.locator(".value input").first().press("Space");
    await page.waitForFunction(() => document.querySelector('[role="status"]').textContent.includes("1 filter:"));
    await context.close();
  });
});
