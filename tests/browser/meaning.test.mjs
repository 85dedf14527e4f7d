// What is shown means what it says: the unknown is not nothing, and a word has one meaning.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { changeAnswers, digits, panel, rowsOf, settled, show, wholeYear } from "./dashboard.mjs";
import { ask, BASE_URL, launch, openPage } from "./support.mjs";

let browser;

before(async () => {
  browser = await launch();
});

after(() => browser?.close());

/** Every object within the answer, however deep. */
function* objectsIn(value) {
  if (value === null || typeof value !== "object") return;
  if (!Array.isArray(value)) yield value;
  for (const inner of Object.values(value)) yield* objectsIn(inner);
}

/** Sets fields to a value wherever they stand. */
function setAll(data, fields) {
  for (const object of objectsIn(data)) {
    for (const [name, value] of Object.entries(fields)) {
      if (name in object) object[name] = value;
    }
  }
}

/** Opens a view of a shop whose answers are changed on their way. */
async function showChanged(path, change, search = "") {
  const { page, context } = await openPage(browser);
  await changeAnswers(page, change);
  await page.goto(`${BASE_URL}${path}?period=${await wholeYear()}${search}`);
  await page.locator('main[aria-busy="false"]').waitFor();
  return { page, context };
}

describe("what is unknown", () => {
  test("profit: no product is said to lose none", async () => {
    const { page, context } = await showChanged("/products", (data) => setAll(data, { totalProfit: null, profitMargin: null }));
    await panel(page, "losses").getByText("Profit: not known").waitFor();
    await page.goto(`${BASE_URL}/places`);
    await panel(page, "most").getByText("Profit: not known").waitFor();
    await context.close();
  });

  test("the cost of some: profit says of how much of the sales it is, and losses are those that are known", async () => {
    const { page, context } = await showChanged("/products", (data) => {
      if (data.kpis?.costCoverage) data.kpis.costCoverage = 0.4;
      for (const { kpis } of data.byProduct?.losses.rows ?? []) kpis.totalProfit = Math.abs(kpis.totalProfit);
    });
    for (const kpi of ["totalProfit", "profitMargin"]) {
      await page.locator(`[data-kpi="${kpi}"]`).getByText("costs known: 40.0% of sales").waitFor();
    }
    await panel(page, "losses").getByText("as far as costs are known: for 40.0% of the sales").waitFor();
    await context.close();
  });

  test("coordinates: there is no histogram of nothing", async () => {
    const nothing = { measuredOrderCount: 0, mean: null, median: null, percentile90: null, maximum: null, histogram: [] };
    const { page, context } = await showChanged("/places", (data) => setAll(data, nothing));
    await panel(page, "distances").getByText("no coordinates").waitFor();
    assert.equal(await panel(page, "distances").locator(".chart").count(), 0);
    await context.close();
  });

  test("customers: there are orders all the same", async () => {
    const { page, context } = await showChanged("/customers", (data) => setAll(data, { customerCount: 0 }));
    await page.getByRole("heading", { name: "No customers known" }).waitFor();
    await context.close();
  });

  test("the time of day: there are no hours of the week", async () => {
    const year = await wholeYear();
    const { page, context } = await showChanged("/time", ({ shop, kpis }) => {
      if (shop.name) Object.assign(shop, { firstOrderAt: `${year - 1}-01-02T00:00:00Z`, lastOrderAt: `${year}-12-30T00:00:00Z` });
      for (const { hour, kpis: of } of kpis?.hours ?? []) if (hour !== 0) setAll(of, { orderCount: 0, totalSales: 0 });
    });
    await panel(page, "hours").getByText("by their day").waitFor();
    // Nor are there hours of a day.
    await page.goto(`${BASE_URL}/time?period=${year}-12-01..${year}-12-01`);
    await page.locator('main[aria-busy="false"]').waitFor();
    const grains = page.getByLabel("Grain");
    assert.equal(await grains.inputValue(), "DAY");
    assert.ok(!(await grains.locator("option").allInnerTexts()).includes("Hours"));
    await context.close();
  });

  test("the year before a shop's first: there is no line of zeros", async () => {
    const year = await wholeYear();
    const { page, context } = await showChanged("/", ({ shop, kpis }) => {
      if (shop.name) shop.firstOrderAt = `${year}-01-02T12:00:00Z`;
      for (const bucket of kpis?.timeSeries ?? []) setAll(bucket.yearBefore, { totalSales: 0 });
    });
    await settled(page);
    assert.equal(await panel(page, "series").locator(".legend").count(), 0);
    await context.close();
  });

  test("customers: sales have no factors, though there is a difference", async () => {
    const { page, context } = await showChanged("/", (data) => setAll(data, { salesTree: null }), "&why=salesTree");
    await panel(page, "why").getByText("sales have no such factors").waitFor();
    await context.close();
  });

  test("the rest of the day: its hours are not hours without sales", async () => {
    const day = `${await wholeYear()}-12-15`;
    const asOf = `${day}T12:30:00Z`;
    const { page, context } = await showChanged("/", ({ shop }) => {
      if (shop.freshness) shop.freshness.asOf = asOf;
    });
    await page.goto(`${BASE_URL}/time?period=${day}..${day}&grain=HOUR&table=series`);
    await settled(page);
    const between = `{ between: { from: "${day}", to: "${day.slice(0, 8)}16" } }`;
    const { kpis } = await ask(`{ kpis(filter: { period: ${between} }) { timeSeries(grain: HOUR) { start } } }`);
    const begun = kpis.timeSeries.filter(({ start }) => Date.parse(start) <= Date.parse(asOf));
    assert.ok(begun.length < kpis.timeSeries.length);
    assert.equal((await rowsOf(page, "series")).length, begun.length);
    await context.close();
  });

  test("customers of orders that name none: a segment of them does not have 0", async () => {
    const { page, context } = await openPage(browser);
    await show(page, "/customers");
    const row = (await rowsOf(page, "segments")).find(([name]) => name === "Not known");
    assert.equal(row?.[1], "–", String(row));
    await context.close();
  });

  test("the year before a shop that began in the middle of it: nothing is compared with a part", async () => {
    const year = await wholeYear();
    const { page, context } = await showChanged("/", ({ shop }) => {
      if (shop.name) shop.firstOrderAt = `${year - 1}-11-02T12:00:00Z`;
    });
    await settled(page);
    const sales = page.locator('[data-kpi="totalSales"] .changes');
    assert.equal(await sales.innerText(), "year before: not complete");
    await panel(page, "why").getByText(`first order is of 2 Nov ${year - 1}`).waitFor();
    await context.close();
  });

  test("everything, in an empty shop: it says how to fill it", async () => {
    const { page, context } = await showChanged("/", ({ shop }) => {
      if (shop.name) Object.assign(shop, { firstOrderAt: null, lastOrderAt: null, years: [] });
    });
    await page.getByText("salesgraph import").waitFor();
    await context.close();
  });
});

describe("seasons", () => {
  test("are of periods that have all of them, and say where a month is cut", async () => {
    const { page, context } = await openPage(browser);
    const year = await wholeYear();
    const footnote = panel(page, "months").locator(".footnote");
    for (const [period, months, cut] of [
      [`${year}`, 12, 0],
      [`${year - 1}-12-15..${year}-12-31`, 12, 1],
      [`${year}-01-30..${year}-04-30`, 0, 0],
    ]) {
      await page.goto(`${BASE_URL}/time?period=${period}&table=months`);
      await settled(page);
      assert.equal((await rowsOf(page, "months")).length, months, period);
      assert.equal(await footnote.count(), cut, period);
    }
    await context.close();
  });
});

describe("one word", () => {
  test("retention over time is named by what it goes from and to", async () => {
    const { page, context } = await openPage(browser);
    await show(page, "/customers");
    assert.match(await panel(page, "loyalty").locator("h2").innerText(), /^Retention month on month/);
    await show(page, "/", "&kpi=retentionRate");
    assert.equal(await panel(page, "series").locator("h2").innerText(), "Retention month on month");
    await context.close();
  });

  test("cohorts under a filter say whose their sizes are", async () => {
    const { page, context } = await openPage(browser);
    await show(page, "/customers");
    assert.doesNotMatch(await panel(page, "cohorts").locator(".footnote").innerText(), /whole shop/);
    const { kpis } = await ask("{ kpis { breakdown(by: [SEGMENT], first: 1) { rows { key { value } } } } }");
    await show(page, "/customers", `&segment=${encodeURIComponent(kpis.breakdown.rows[0].key[0].value)}`);
    assert.match(await panel(page, "cohorts").locator(".footnote").innerText(), /whole shop/);
    await context.close();
  });

  test("a comparison stands only where a chart follows it", async () => {
    const { page, context } = await openPage(browser);
    for (const [path, follows] of [["/", true], ["/time", true], ["/products", false], ["/customers", false], ["/places", false]]) {
      await show(page, path);
      assert.equal(await page.getByText("Compare with").count(), follows ? 1 : 0, path);
    }
    await context.close();
  });

  test("a card moved by as much against as much, while its period is not over", async () => {
    const { page, context } = await openPage(browser);
    await page.goto(`${BASE_URL}/?period=12m`);
    await settled(page);
    // The days are the page's own: it asks for them up to the end of today.
    const { variables } = (await Promise.all([
      page.waitForRequest((request) => request.postData()?.includes("query Overview(") ?? false),
      page.getByRole("button", { name: "Refresh" }).click(),
    ]))[0].postDataJSON();
    const { kpis } = await ask(
      `query ($filter: KpiFilter) { kpis(filter: $filter) {
        year: compareTo(baseline: { relative: PREVIOUS_YEAR_TO_DATE }) { change { unitsSold } }
        period: compareTo(baseline: { relative: PREVIOUS_PERIOD_TO_DATE }) { change { unitsSold } }
      } }`,
      { filter: variables.filter },
    );
    await settled(page);
    const shown = await page.locator('[data-kpi="unitsSold"] .change-value').allInnerTexts();
    const expected = ["period", "year"].map((it) => (Math.abs(kpis[it].change.unitsSold) * 100).toFixed(1));
    assert.deepEqual(shown.map((text) => text.replace(/[^\d.]/g, "")), expected);
    await context.close();
  });

  test("the time before is the same in the overview and over time, and as long as what it stands beside", async () => {
    const { page, context } = await openPage(browser);
    for (const before of ["year", "period"]) {
      const tables = [];
      for (const path of ["/", "/time"]) {
        await page.goto(`${BASE_URL}${path}?period=ytd&grain=MONTH&table=series&before=${before}`);
        await settled(page);
        tables.push(await rowsOf(page, "series"));
      }
      assert.deepEqual(tables[0], tables[1], before);
      if (before !== "year") continue;
      // The month that runs, beside as much of that month a year before.
      const [date] = new Date().toISOString().split("T");
      const { kpis } = await ask(`{ kpis(filter: { period: { month: "${date.slice(0, 7)}" } }) {
        compareTo(baseline: { relative: PREVIOUS_YEAR_TO_DATE }) { kpis { totalSales } }
      } }`);
      assert.equal(digits(tables[0].at(-1)[2]), digits(kpis.compareTo.kpis.totalSales.toFixed(2)));
    }
    await context.close();
  });
});
