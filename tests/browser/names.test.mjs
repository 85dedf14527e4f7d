// Names of any length and any script, and what stands beside them.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { changeAnswers, contrasts, panel, settled, show, wholeYear } from "./dashboard.mjs";
import { BASE_URL, launch, openPage } from "./support.mjs";

const LONG = "Oak sideboard with four doors and brass handles, hand oiled, of certified wood from the Massif Central ".repeat(2).trim();

let browser;

before(async () => {
  browser = await launch();
});

after(() => browser?.close());

/** A shop whose own name and whose products' names are long. */
async function showLong(path, options) {
  const { page, context } = await openPage(browser, options);
  await changeAnswers(page, (data) => {
    if (data.shop?.name) data.shop.name = LONG;
    for (const { key } of data.byProduct?.breakdown.rows ?? []) key[0].label = LONG;
  });
  await page.goto(`${BASE_URL}${path}?period=${await wholeYear()}`);
  await settled(page);
  return { page, context };
}

for (const width of [390, 1280]) {
  test(`long names push nothing out of a page of ${width} pixels, and can be read whole`, async () => {
    const { page, context } = await showLong("/products", { viewport: { width, height: 844 } });
    const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.equal(beyond, 0);
    const name = panel(page, "product").locator(".cell-pick").first();
    const whole = await name.getAttribute("title");
    // All of them have that name: their codes follow it.
    assert.ok(whole.startsWith(LONG) && /\(.+\)$/.test(whole), whole);
    const height = async () => (await name.boundingBox()).height;
    const clipped = await height();
    await name.focus();
    await name.press("Shift");
    assert.ok((await height()) > clipped, "it opens");
    await context.close();
  });
}

test("a table on a phone shows figures beside its names", async () => {
  const { page, context } = await showLong("/products", { viewport: { width: 390, height: 844 } });
  const [name, first, second] = await panel(page, "product")
    .locator("tbody tr")
    .first()
    .evaluate((row) => [...row.cells].map((cell) => cell.getBoundingClientRect().toJSON()));
  assert.ok(name.right < 390 / 2 && second.right <= 390, JSON.stringify([name, first, second]));
  await context.close();
});

test("names are set in the direction of their script", async () => {
  const { page, context } = await openPage(browser);
  await changeAnswers(page, ({ byProduct }) => {
    if (byProduct) byProduct.breakdown.rows[0].key[0].label = "كرسي";
  });
  await page.goto(`${BASE_URL}/products?period=${await wholeYear()}`);
  await settled(page);
  const name = panel(page, "product").locator("tbody th").first();
  assert.equal(await name.evaluate((cell) => getComputedStyle(cell).direction), "rtl");
  await context.close();
});

for (const colorScheme of ["light", "dark"]) {
  test(`what is written on a heat map can be read, in the ${colorScheme}`, async () => {
    const { page, context } = await openPage(browser, { colorScheme });
    await show(page, "/customers");
    await panel(page, "cohorts").scrollIntoViewIfNeeded();
    const cells = panel(page, "cohorts").locator(".chart svg path");
    await cells.first().waitFor({ state: "attached" });
    const ratios = await panel(page, "cohorts").locator(".chart svg").evaluate(contrasts);
    assert.ok(ratios.length > 10, `${ratios.length} cells`);
    assert.ok(Math.min(...ratios) >= 4.5, `the least is ${Math.min(...ratios)}`);
    await context.close();
  });
}
