// What leaves the page: files and paper.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import { inflateSync } from "node:zlib";

import { choose, panel, settled, show, wholeYear } from "./dashboard.mjs";
import { ask, BASE_URL, launch, openPage, violations } from "./support.mjs";

let browser;

before(async () => {
  browser = await launch();
});

after(() => browser?.close());

/** A dimension's best seller in the last whole year. */
async function first(dimension) {
  const { kpis } = await ask(`{ kpis(filter: { period: { year: ${await wholeYear()} } }) {
    breakdown(by: [${dimension}], first: 1) { rows { key { value label } kpis { totalSales } } }
  } }`);
  const [{ key, kpis: of }] = kpis.breakdown.rows;
  return { ...key[0], sales: of.totalSales };
}

async function saved(page, id, item) {
  const file = page.waitForEvent("download");
  await choose(page, id, item);
  return readFile(await (await file).path());
}

describe("a CSV file", () => {
  test("says above its figures which shop, days and filters they are of", async () => {
    const { page, context } = await openPage(browser);
    const segment = await first("SEGMENT");
    const product = await first("PRODUCT");
    await show(page, "/", `&segment=${encodeURIComponent(segment.value)}&product=${encodeURIComponent(product.value)}`);
    await page.locator(".chip", { hasText: product.label }).waitFor();
    const { shop } = await ask("{ shop { name } }");
    const year = await wholeYear();
    const lines = String(await saved(page, "category", "Download CSV")).replace("\uFEFF", "").split("\r\n");
    const plain = lines.map((line) => line.replace(/\s/g, " "));
    assert.deepEqual(plain.slice(0, 4), [
      "# Sales by category",
      `# ${shop.name} · 1 Jan – 31 Dec ${year}`,
      `# Segment: ${segment.label}`,
      `# Product: ${product.label}`,
    ]);
    // The segments stand beside each other, whichever is chosen.
    const ofSegments = String(await saved(page, "segment", "Download CSV"));
    assert.doesNotMatch(ofSegments, /# Segment:/);
    await context.close();
  });

  test("names the filters that its figures have, on their own groups, too, and no other", async () => {
    const { page, context } = await openPage(browser);
    const { kpis } = await ask("{ kpis { breakdown(by: [CATEGORY], first: 2) { rows { key { value } } } } }");
    const categories = kpis.breakdown.rows.map(({ key }) => key[0].value);
    const search = categories.map((value) => `&category=${encodeURIComponent(value)}`).join("");
    await show(page, "/", `${search}&why=category`);
    // The difference is that of both categories; all of them stand side by side.
    assert.ok(String(await saved(page, "why", "Download CSV")).includes(`# Category: ${categories.join(" · ")}\r\n`));
    assert.doesNotMatch(String(await saved(page, "category", "Download CSV")), /# Category:/);
    await show(page, "/customers", "&customerKind=new");
    assert.doesNotMatch(String(await saved(page, "kindsOver", "Download CSV")), /# New or returning:/);
    assert.match(String(await saved(page, "new", "Download CSV")), /# New or returning: New/);
    await context.close();
  });

  test("says which stretch of time is not complete", async () => {
    const { page, context } = await openPage(browser);
    await page.goto(`${BASE_URL}/?period=12m`);
    await settled(page);
    const csv = String(await saved(page, "series", "Download CSV"));
    const { shop } = await ask("{ shop { timeZone } }");
    const month = new Intl.DateTimeFormat("en-GB", { month: "long", year: "numeric", timeZone: shop.timeZone }).format(new Date());
    assert.ok(csv.includes(`# not complete: ${month}\r\n`), csv.slice(0, 400));
    await context.close();
  });

  test("is what a French spreadsheet reads", async () => {
    const { page, context } = await openPage(browser, { locale: "fr-FR" });
    await show(page, "/");
    const { label, sales } = await first("CATEGORY");
    const file = page.waitForEvent("download");
    await panel(page, "category").getByRole("button", { name: /^Plus sur/ }).click();
    await panel(page, "category").getByRole("button", { name: "Télécharger en CSV" }).click();
    const csv = await readFile(await (await file).path(), "utf8");
    assert.ok(csv.includes(`\n${label};${String(sales).replace(".", ",")};`), csv);
    await context.close();
  });
});

test("a picture is higher by a line for each filter", async () => {
  const { page, context } = await openPage(browser);
  const heights = [];
  for (const search of ["", `&segment=${encodeURIComponent((await first("SEGMENT")).value)}`]) {
    await show(page, "/", search);
    await panel(page, "series").locator(".chart svg path").first().waitFor({ state: "attached" });
    // Where a PNG tells its height.
    heights.push((await saved(page, "series", "Download PNG")).readUInt32BE(20));
  }
  assert.equal(heights[1] - heights[0], 2 * 20);
  await context.close();
});

test("paper shows every chart, and each whole", async () => {
  const { page, context } = await openPage(browser);
  for (const path of ["/", "/products", "/customers", "/time", "/places"]) {
    await page.goto(`${BASE_URL}${path}?period=${await wholeYear()}`);
    await settled(page);
    // Nobody scrolls: those out of sight are drawn, too.
    await page.waitForFunction(() => {
      const charts = [...document.querySelectorAll(".chart")];
      return charts.length > 0 && charts.every((chart) => chart.querySelector("svg path"));
    });
    await page.emulateMedia({ media: "print" });
    await page.locator("nav").waitFor({ state: "hidden" });
    const beyond = await page.evaluate(() => {
      // As narrow as A4, and looked at before anything can be drawn anew.
      document.body.style.width = "660px";
      return [...document.querySelectorAll(".chart svg")]
        .map((svg) => [svg.closest("[data-panel]"), svg.getBoundingClientRect()])
        .filter(([panel, { right, bottom }]) => {
          const within = panel.getBoundingClientRect();
          return right > within.right || bottom > within.bottom;
        })
        .map(([panel]) => panel.dataset.panel);
    });
    assert.deepEqual(beyond, [], path);
    await page.emulateMedia({ media: "screen" });
  }
  await context.close();
});

describe("a dark page prints light", () => {
  /** Surface and text of the dark theme, as PDF writes a colour to fill with. */
  const DARK = { surface: "#1a1b1d", ink: "#ecebe8" };
  const channels = (colour) => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16) / 255);

  /** The colours that a PDF's pages are filled with. */
  function fillsOf(pdf) {
    const text = pdf.toString("latin1");
    const streams = [...text.matchAll(/stream\r?\n/g)].flatMap(({ index, 0: { length } }) => {
      const end = text.indexOf("endstream", index);
      try {
        return [inflateSync(pdf.subarray(index + length, end)).toString("latin1")];
      } catch {
        return [];
      }
    });
    const fills = streams.join("\n").matchAll(/([\d.]+) ([\d.]+) ([\d.]+) rg/g);
    return [...fills].map(([, ...colour]) => colour.map(Number));
  }

  const isNear = (one, other) => one.every((channel, index) => Math.abs(channel - other[index]) < 0.005);

  test("to PDF, and is dark on the screen again", async () => {
    const { page, context } = await openPage(browser, { colorScheme: "dark" });
    for (const path of ["/", "/customers", "/places"]) {
      await page.goto(`${BASE_URL}${path}?period=${await wholeYear()}`);
      await settled(page);
      await page.waitForFunction(() => [...document.querySelectorAll(".chart")].every((chart) => chart.querySelector("svg path")));
      const fills = fillsOf(await page.pdf({ printBackground: true }));
      assert.ok(fills.length > 100, `${fills.length} fills`);
      for (const [name, colour] of Object.entries(DARK)) {
        assert.equal(fills.filter((fill) => isNear(fill, channels(colour))).length, 0, `${path}: ${name}`);
      }
      await page.locator('html[data-theme="dark"]').waitFor();
      const inks = await page.locator(".chart svg text").evaluateAll((texts) => texts.map((text) => text.getAttribute("fill")));
      assert.ok(!inks.includes("#625e57"), "drawings are dark again");
    }
    await context.close();
  });

  test("with every chart drawn anew before the browser goes on", async () => {
    const { page, context } = await openPage(browser, { colorScheme: "dark", reducedMotion: "no-preference" });
    await show(page, "/");
    await panel(page, "series").locator(".chart svg path").first().waitFor({ state: "attached" });
    const [onPaper, after] = await page.evaluate(() => {
      const colours = () => [...document.querySelectorAll(".chart svg text")].map((text) => text.getAttribute("fill"));
      dispatchEvent(new Event("beforeprint"));
      const printed = colours();
      dispatchEvent(new Event("afterprint"));
      return [printed, colours()];
    });
    // The soft ink of each theme.
    assert.ok(onPaper.includes("#625e57") && !onPaper.includes("#a8a59f"), String(new Set(onPaper)));
    assert.ok(after.includes("#a8a59f") && !after.includes("#625e57"), String(new Set(after)));
    await context.close();
  });

  test("and can be read", async () => {
    const { page, context } = await openPage(browser, { colorScheme: "dark" });
    await show(page, "/customers");
    await page.waitForFunction(() => [...document.querySelectorAll(".chart")].every((chart) => chart.querySelector("svg path")));
    await page.emulateMedia({ media: "print" });
    await page.locator('html[data-theme="light"]').waitFor();
    assert.deepEqual(await violations(page), [], "on paper");
    await page.emulateMedia({ media: "screen" });
    await page.locator('html[data-theme="dark"]').waitFor();
    assert.deepEqual(await violations(page), [], "on the screen");
    await context.close();
  });
});
