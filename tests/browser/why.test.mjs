// Why sales are not what they were: the parts of a difference, which add up to it.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { panel, rowsOf, settled, show, wholeYear } from "./dashboard.mjs";
import { ask, assertClean, BASE_URL, launch, openPage, violations } from "./support.mjs";

let browser;
let year;

before(async () => {
  browser = await launch();
  year = await wholeYear();
});

after(() => browser?.close());

/** An amount in the shop's smallest unit, with its sign. */
function minor(text) {
  const digits = text.replace(/[^\d]/g, "");
  return /^[-−–]/.test(text.trim()) ? -Number(digits) : Number(digits);
}

/** The parts that the panel's table shows, and the difference. */
async function parts(page) {
  const columns = await panel(page, "why").locator("thead th").allInnerTexts();
  const at = columns.findIndex((name) => name === "Difference" || name === "Écart");
  const rows = (await rowsOf(page, "why")).map((cells) => [cells[0], minor(cells[at])]);
  return { rows: rows.slice(0, -1), difference: rows.at(-1)[1] };
}

const sumOf = (rows) => rows.reduce((sum, [, part]) => sum + part, 0);

describe("the difference to the time before", () => {
  test("is taken apart by a dimension, and the parts add up to it", async () => {
    const { page, context, offences } = await openPage(browser);
    await show(page, "/", "&table=why");
    const { kpis } = await ask(`{ kpis(filter: { period: { year: ${year} } }) {
      drivers(by: [CATEGORY], baseline: { relative: PREVIOUS_YEAR }) { difference rows { key { label } part } }
    } }`);
    const { rows, difference } = await parts(page);
    assert.equal(difference, Math.round(kpis.drivers.difference * 100));
    assert.equal(sumOf(rows), difference);
    assert.deepEqual(rows, kpis.drivers.rows.map(({ key, part }) => [key[0].label, Math.round(part * 100)]));

    await panel(page, "why").getByRole("combobox").selectOption("Product");
    await page.waitForURL(/why=product/);
    await settled(page);
    const ofProducts = await parts(page);
    assert.equal(ofProducts.rows.at(-1)[0], "All others");
    assert.equal(ofProducts.difference, difference);
    assert.equal(sumOf(ofProducts.rows), difference);
    assertClean(offences);
    await context.close();
  });

  test("is taken apart by what sales are made of", async () => {
    const { page, context } = await openPage(browser, { locale: "fr-FR" });
    await show(page, "/", "&table=why&why=salesTree");
    const { kpis } = await ask(`{ kpis(filter: { period: { year: ${year} } }) {
      drivers(by: [CATEGORY], baseline: { relative: PREVIOUS_YEAR }) {
        salesTree { customers ordersPerCustomer unitsPerOrder price withoutCustomer }
      }
    } }`);
    const { rows, difference } = await parts(page);
    const factors = Object.values(kpis.drivers.salesTree).filter((part) => part !== 0);
    assert.deepEqual(rows.map(([, part]) => part), factors.map((part) => Math.round(part * 100)));
    assert.equal(rows[0][0], "Nombre de clients");
    assert.equal(sumOf(rows), difference);
    await context.close();
  });

  test("follows the KPI, the comparison and the filters", async () => {
    const { page, context } = await openPage(browser);
    await show(page, "/", "&kpi=orderCount&before=period&table=why&why=region&category=Furniture");
    const { kpis } = await ask(`{ kpis(filter: { period: { year: ${year} }, category: { eq: "Furniture" } }) {
      drivers(by: [REGION], kpi: ORDER_COUNT, baseline: { relative: PREVIOUS_PERIOD }) { difference }
    } }`);
    assert.equal(await panel(page, "why").locator("h2").innerText(), "Orders: where the difference comes from");
    const { rows, difference } = await parts(page);
    assert.equal(difference, kpis.drivers.difference);
    assert.equal(sumOf(rows), difference);
    // Orders are in several categories: these have no parts of theirs.
    const ways = await panel(page, "why").locator("option").allInnerTexts();
    assert.ok(!ways.includes("Category") && ways.includes("Region"), ways.join());
    // What does not add up leaves the sales, and says so.
    await page.goto(`${BASE_URL}/?period=${year}&kpi=averageBasket`);
    await settled(page);
    assert.equal(await panel(page, "why").locator("h2").innerText(), "Sales: where the difference comes from");
    await context.close();
  });

  test("goes down: one category of it is told by its sub-categories", async () => {
    const { page, context } = await openPage(browser);
    await show(page, "/");
    await panel(page, "why").locator('.chart svg path[fill="#b5afa4"], .chart svg path[fill="#b4441f"]').first().click();
    await page.waitForURL(/category=/);
    await settled(page);
    assert.equal(await panel(page, "why").getByRole("combobox").inputValue(), "subCategory");
    await context.close();
  });

  test("is none for all time, which says so", async () => {
    const { page, context } = await openPage(browser);
    await page.goto(`${BASE_URL}/?period=all`);
    await settled(page);
    await panel(page, "why").getByText("nothing before it").waitFor();
    await context.close();
  });
});

for (const width of [390, 1280]) {
  for (const colorScheme of ["light", "dark"]) {
    test(`its steps are named at ${width} pixels, in the ${colorScheme}`, async () => {
      const { page, context } = await openPage(browser, { viewport: { width, height: 900 }, colorScheme });
      await show(page, "/", "&why=salesTree");
      for (const [id, name] of [["why", "Orders per customer"], ["bridge", "Gross sales"]]) {
        await panel(page, id).scrollIntoViewIfNeeded();
        await panel(page, id).locator(".chart svg path").first().waitFor({ state: "attached" });
        const written = await panel(page, id).locator(".chart svg text").allTextContents();
        assert.ok(written.includes(name), written.join(" | "));
      }
      assert.deepEqual(await violations(page), []);
      await context.close();
    });
  }
}
