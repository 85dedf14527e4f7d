// Axes: what stands along the edges of a chart, and how to look closer.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { changeAnswers, panel, settled, show, wholeYear } from "./dashboard.mjs";
import { BASE_URL, launch, openPage } from "./support.mjs";

let browser;

before(async () => {
  browser = await launch();
});

after(() => browser?.close());

/** All that is written in a panel's chart. */
async function writtenIn(page, id) {
  await panel(page, id).scrollIntoViewIfNeeded();
  await panel(page, id).locator(".chart svg path").first().waitFor({ state: "attached" });
  return panel(page, id).locator(".chart svg text").allTextContents();
}

for (const width of [390, 1280]) {
  describe(`at ${width} pixels`, () => {
    const options = { viewport: { width, height: 900 } };

    test("time has its years", async () => {
      const { page, context } = await openPage(browser, options);
      const year = await wholeYear();
      await page.goto(`${BASE_URL}/time?period=${year - 1}-11-01..${year}-03-31&grain=DAY`);
      await settled(page);
      const written = await writtenIn(page, "series");
      assert.ok(written.some((text) => text.includes(String(year - 1))), written.join(" "));
      // A year alone is told, too, where there is no room for it beside a month.
      await show(page, "/");
      const ofOne = await writtenIn(page, "series");
      assert.ok(ofOne.some((text) => text.includes(String(year))), ofOne.join(" "));
      await context.close();
    });

    test("time of columns has its years, too", async () => {
      const { page, context } = await openPage(browser, options);
      const year = await wholeYear();
      await page.goto(`${BASE_URL}/customers?period=${year - 1}-12-01..${year}-01-31`);
      await settled(page);
      for (const id of ["new", "kindsOver"]) {
        const written = await writtenIn(page, id);
        assert.ok(written.includes(`${year - 1} – ${year}`), `${id}: ${written.join(" ")}`);
      }
      await context.close();
    });

    test("every day of a week is named", async () => {
      const { page, context } = await openPage(browser, options);
      await show(page, "/time");
      const days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
      for (const id of ["weekdays", "hours"]) {
        const written = await writtenIn(page, id);
        assert.deepEqual(days.filter((day) => !written.includes(day)), [], id);
      }
      await context.close();
    });
  });
}

test("a rate stops at the whole", async () => {
  const { page, context } = await openPage(browser);
  await changeAnswers(page, ({ kpis }) => {
    for (const { kpis: of } of kpis?.timeSeries ?? []) of.retentionRate = 1;
  });
  await page.goto(`${BASE_URL}/?period=${await wholeYear()}&kpi=retentionRate`);
  await settled(page);
  const rates = (await writtenIn(page, "series")).filter((text) => text.endsWith("%"));
  assert.deepEqual(rates.map((text) => parseInt(text, 10)).sort((one, other) => one - other), [0, 25, 50, 75, 100]);
  await context.close();
});

test("what is counted has no halves", async () => {
  const { page, context } = await openPage(browser);
  await changeAnswers(page, ({ kpis }) => {
    for (const { kpis: of, yearBefore } of kpis?.timeSeries ?? []) of.orderCount = yearBefore.kpis.orderCount = 1;
  });
  await page.goto(`${BASE_URL}/?period=${await wholeYear()}&kpi=orderCount`);
  await settled(page);
  const written = await writtenIn(page, "series");
  assert.deepEqual(written.filter((text) => /\d[.,]\d/.test(text)), []);
  await context.close();
});

test("many days have a slider to look closer", async () => {
  const { page, context } = await openPage(browser);
  const year = await wholeYear();
  await page.goto(`${BASE_URL}/time?period=${year}&grain=DAY`);
  await settled(page);
  const before = await writtenIn(page, "series");
  const box = await panel(page, "series").locator(".chart").boundingBox();
  // The slider's right handle, in the middle of its height.
  const [right, middle] = [box.x + box.width - 8, box.y + box.height - 9];
  await page.mouse.move(right, middle);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 4, middle, { steps: 8 });
  await page.mouse.up();
  await page.waitForFunction(
    ([id, earlier]) => {
      const texts = [...document.querySelectorAll(`[data-panel="${id}"] .chart svg text`)];
      return texts.map((text) => text.textContent).join() !== earlier;
    },
    ["series", before.join()],
  );
  await context.close();
});
