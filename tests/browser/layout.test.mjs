// Drawings are as large as what they show, and what their colours mean is said in words.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { panel, settled, show, wholeYear } from "./dashboard.mjs";
import { BASE_URL, launch, openPage } from "./support.mjs";

let browser;

before(async () => {
  browser = await launch();
});

after(() => browser?.close());

/** Waits until a panel's chart is drawn. */
async function drawn(page, id) {
  await panel(page, id).scrollIntoViewIfNeeded();
  await panel(page, id).locator(".chart svg path").first().waitFor({ state: "attached" });
  return panel(page, id).locator(".chart");
}

for (const width of [390, 1280, 1920]) {
  test(`bars use their panel of ${width} pixels, and charts are as high as their rows`, async () => {
    const { page, context } = await openPage(browser, { viewport: { width, height: 900 } });
    await show(page, "/");
    const chart = await drawn(page, "category");
    const { bars, right, height } = await chart.evaluate((element) => {
      const box = element.getBoundingClientRect();
      const paths = [...element.querySelectorAll("svg path[fill]:not([fill=none])")].map((path) => path.getBoundingClientRect());
      // Bars are 14 pixels thick, whatever their length.
      const bars = paths.filter((path) => Math.abs(path.height - 14) < 1.5);
      return { bars: bars.length, right: box.right - Math.max(...bars.map((bar) => bar.right)), height: box.height };
    });
    assert.ok(bars > 3, `${bars} bars`);
    // Beyond the longest one is the room for its figure alone.
    assert.ok(right <= 76, `${right} pixels beyond the longest`);
    assert.equal(height, bars * 32);
    await context.close();
  });

  test(`a doughnut of a panel of ${width} pixels has no hole beside it`, async () => {
    const { page, context } = await openPage(browser, { viewport: { width, height: 900 } });
    await show(page, "/");
    const chart = await drawn(page, "segment");
    const [drawing, list, body] = await Promise.all(
      [chart, panel(page, "segment").locator(".shares ul"), panel(page, "segment").locator(".panel-body")].map((it) => it.boundingBox()),
    );
    assert.ok(list.y - (drawing.y + drawing.height) <= 24, "the list is below the drawing");
    assert.ok(list.width >= body.width * 0.9, "and as wide as the panel");
    await context.close();
  });
}

test("the hours of the week have one legend, in words", async () => {
  const { page, context } = await openPage(browser);
  await show(page, "/time");
  await drawn(page, "hours");
  const items = await panel(page, "hours").locator(".legend li").allInnerTexts();
  assert.deepEqual(items.map((text) => text.replace(/\d+\.\d\d/, "2.40")), ["quiet", "2.40 × average"]);
  await context.close();
});

test("what still runs is dotted, and said to be", async () => {
  const { page, context } = await openPage(browser);
  await page.goto(`${BASE_URL}/?period=12m`);
  await settled(page);
  await drawn(page, "series");
  assert.ok((await panel(page, "series").locator(".legend li").allInnerTexts()).includes("not complete"));
  const dashes = await panel(page, "series")
    .locator(".chart svg path[stroke-dasharray]")
    .evaluateAll((paths) => paths.map((path) => path.getAttribute("stroke-dasharray")));
  assert.ok(dashes.includes("3,4") || dashes.includes("3 4") || dashes.some((it) => /^[36][ ,]+[48]$/.test(it)), dashes.join(" | "));
  await context.close();
});

test("a month that the period cuts is pale, and named", async () => {
  const { page, context } = await openPage(browser);
  await show(page, "/time");
  await drawn(page, "months");
  const pale = () => panel(page, "months").locator('.chart svg path[fill-opacity="0.45"]').count();
  assert.equal(await pale(), 0);
  const year = await wholeYear();
  await page.goto(`${BASE_URL}/time?period=${year - 1}-12-15..${year}-12-31`);
  await drawn(page, "months");
  assert.equal(await pale(), 1);
  assert.match(await panel(page, "months").locator(".footnote").innerText(), /December/);
  assert.deepEqual(await panel(page, "months").locator(".legend li").allInnerTexts(), ["average", "not complete"]);
  await context.close();
});
