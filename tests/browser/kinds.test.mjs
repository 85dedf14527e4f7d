// New and returning customers: who brings the sales, who comes back, and what they are worth.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { card, digits, panel, rowsOf, settled, show, wholeYear } from "./dashboard.mjs";
import { ask, assertClean, BASE_URL, launch, openPage, violations } from "./support.mjs";

let browser;
let year;

before(async () => {
  browser = await launch();
  year = await wholeYear();
});

after(() => browser?.close());

const KINDS = {
  "en-GB": { add: "Add a filter", dimension: "New or returning", new: "New (first order)", returning: "Returning (later orders)" },
  "fr-FR": {
    add: "Ajouter un filtre",
    dimension: "Nouveau ou connu",
    new: "Nouveau (1re commande)",
    returning: "Connu (commandes suivantes)",
  },
};

for (const [locale, words] of Object.entries(KINDS)) {
  describe(`in ${locale}`, () => {
    test("first orders are filtered by like anything else, by their own words", async () => {
      const { page, context, offences } = await openPage(browser, { locale });
      await show(page, "/");
      await page.getByRole("button", { name: words.add }).click();
      await page.getByRole("button", { name: words.dimension, exact: true }).click();
      await page.getByRole("checkbox", { name: words.new }).check();
      await page.waitForURL(/customerKind=new/);
      await settled(page);
      assert.match(await page.locator(".chip").innerText(), new RegExp(words.new.replace(/[()]/g, ".")));
      const { kpis } = await ask(`{ kpis(filter: { period: { year: ${year} }, customerKind: { eq: "new" } }) { totalSales } }`);
      assert.equal(digits(await card(page, "totalSales").getAttribute("title")), digits(kpis.totalSales.toFixed(2)));
      assertClean(offences);
      await context.close();
    });

    test("sales, orders and baskets of new and of returning customers stand side by side, and over time", async () => {
      const { page, context } = await openPage(browser, { locale });
      const { kpis, ofNew } = await ask(`{
        kpis(filter: { period: { year: ${year} } }) {
          breakdown(by: [CUSTOMER_KIND]) { rows { key { value } kpis { totalSales orderCount averageBasket } } }
        }
        ofNew: kpis(filter: { period: { year: ${year} }, customerKind: { eq: "new" } }) {
          timeSeries(grain: MONTH) { kpis { orderCount } }
        }
      }`);
      await show(page, "/customers", "&table=kinds&table=kindsOver&kpi=orderCount");
      const shown = await rowsOf(page, "kinds");
      const of = (kind) => kpis.breakdown.rows.find(({ key }) => key[0].value === kind).kpis;
      for (const kind of ["new", "returning"]) {
        const [, sales, count, basket] = shown.find(([name]) => name === words[kind]);
        const { totalSales, orderCount, averageBasket } = of(kind);
        const expected = [totalSales.toFixed(2), String(orderCount), averageBasket.toFixed(2)];
        assert.deepEqual([sales, count, basket].map(digits), expected.map(digits), kind);
      }
      const columns = await panel(page, "kindsOver").locator("thead th").allInnerTexts();
      const months = (await rowsOf(page, "kindsOver")).map((cells) => Number(digits(cells[columns.indexOf(words.new)])));
      assert.deepEqual(months, ofNew.timeSeries.map(({ kpis: { orderCount } }) => orderCount));
      assert.equal(months.reduce((sum, count) => sum + count, 0), of("new").orderCount);
      await context.close();
    });
  });
}

test("orders that name no customer are a choice in every picker that they are missing from", async () => {
  const { page, context, offences } = await openPage(browser);
  await show(page, "/");
  const { kpis } = await ask(`{ kpis(filter: { period: { year: ${year} }, customer: { isMissing: true } }) { orderCount } }`);
  assert.ok(kpis.orderCount > 0);
  for (const [dimension, field] of [["New or returning", "customerKind"], ["Segment", "segment"], ["Customer", "customer"]]) {
    await page.getByRole("button", { name: "Add a filter" }).click();
    await page.getByRole("button", { name: dimension, exact: true }).click();
    await page.getByRole("checkbox", { name: "Not known" }).check();
    await page.waitForURL((url) => url.searchParams.get(field) === "");
    await settled(page);
    assert.equal(digits(await card(page, "orderCount").getAttribute("title")), String(kpis.orderCount), field);
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Clear all" }).click();
  }
  // What nothing is without has no such choice.
  await page.getByRole("button", { name: "Add a filter" }).click();
  await page.getByRole("button", { name: "Category", exact: true }).click();
  await page.getByRole("checkbox", { name: "Furniture" }).waitFor();
  assert.equal(await page.getByRole("checkbox", { name: "Not known" }).count(), 0);
  assertClean(offences);
  await context.close();
});

for (const locale of ["en-GB", "fr-FR"]) {
  test(`the names of dimensions stay in their column on a phone, in ${locale}`, async () => {
    const { page, context } = await openPage(browser, { locale, viewport: { width: 390, height: 844 } });
    await show(page, "/");
    await page.getByRole("button", { name: KINDS[locale].add }).click();
    const beyond = await page
      .locator(".dimensions button")
      .evaluateAll((buttons) => buttons.filter((it) => it.scrollWidth > it.clientWidth).map((it) => it.textContent));
    assert.deepEqual(beyond, []);
    await context.close();
  });
}

test("the kinds are drawn by each of their measures, and a part filters", async () => {
  const { page, context, offences } = await openPage(browser);
  await show(page, "/customers");
  for (const measure of ["Sales", "Orders", "Average basket"]) {
    await panel(page, "kindsOver").getByRole("button", { name: measure, exact: true }).click();
    await panel(page, "kindsOver").getByRole("heading", { name: measure }).waitFor();
    await settled(page);
    await panel(page, "kindsOver").locator(".chart svg path").first().waitFor({ state: "attached" });
    assert.deepEqual(await violations(page), [], measure);
  }
  await panel(page, "kinds").getByRole("button", { name: "New (first order)" }).click();
  await page.waitForURL(/customerKind=new/);
  await settled(page);
  // The kind that is not chosen stays in sight.
  await panel(page, "kinds").getByRole("button", { name: /^More on/ }).click();
  await panel(page, "kinds").getByRole("button", { name: "Show as a table" }).click();
  assert.ok((await rowsOf(page, "kinds")).length >= 2);
  assertClean(offences);
  await context.close();
});

describe("cohorts", () => {
  const asked = `cohorts(grain: MONTH) { label size periods { offset share kpis { totalSales } toDate { totalSales } } }`;

  async function cohortsOf(figure) {
    const { page, context, offences } = await openPage(browser);
    await show(page, "/customers", "&table=cohorts");
    await panel(page, "cohorts").getByRole("button", { name: figure, exact: true }).click();
    await settled(page);
    const columns = await panel(page, "cohorts").locator("thead th").allInnerTexts();
    const rows = await rowsOf(page, "cohorts");
    assertClean(offences);
    await context.close();
    const { kpis } = await ask(`{ kpis(filter: { period: { year: ${year} } }) { ${asked} } }`);
    return { columns, rows, cohorts: kpis.cohorts.filter(({ label }) => label.startsWith(String(year))) };
  }

  for (const [figure, valueOf] of [
    ["Sales", ({ kpis }) => kpis.totalSales],
    ["Lifetime value", ({ toDate }, size) => toDate.totalSales / size],
  ]) {
    test(`tell of money: ${figure.toLowerCase()}`, async () => {
      const { columns, rows, cohorts } = await cohortsOf(figure);
      assert.deepEqual(columns.slice(2, 4), ["+0", "+1"], "from the first order on");
      assert.equal(rows.length, cohorts.length);
      cohorts.forEach(({ size, periods }, row) => {
        for (const period of periods) {
          const cents = Number(digits(rows[row][2 + period.offset]));
          // Where more came back than was bought, a minus stands before the figure.
          assert.ok(Math.abs(cents - Math.abs(100 * valueOf(period, size))) <= 0.51, `${row} +${period.offset}: ${cents}`);
        }
      });
    });
  }

  test("say which stretch of time is not over", async () => {
    const { page, context } = await openPage(browser);
    await page.goto(`${BASE_URL}/customers?period=12m&table=cohorts`);
    await settled(page);
    const rows = await rowsOf(page, "cohorts");
    const last = rows.map((cells) => cells.filter(Boolean).at(-1));
    const whole = rows.map((cells) => cells.filter(Boolean).at(-2));
    // Today is in the middle of a month, but on the last of one.
    const { shop } = await ask("{ shop { timeZone } }");
    const day = new Intl.DateTimeFormat("sv-SE", { timeZone: shop.timeZone }).format(new Date());
    assert.ok(last.every((cell) => cell.endsWith("*")), `${day}: ${last}`);
    assert.ok(whole.slice(0, -1).every((cell) => !cell.endsWith("*")), String(whole));
    assert.match(await panel(page, "cohorts").locator(".footnote").innerText(), /\* Not complete: the stretch still runs/);
    await context.close();
  });
});
