// What a chart asks, for whoever asks it again elsewhere: a workbook, GraphQL, SQL, an address.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import { inflateRawSync } from "node:zlib";

import { choose, panel, settled, show, wholeYear } from "./dashboard.mjs";
import { ask, assertClean, BASE_URL, launch, openPage } from "./support.mjs";

let browser;
let year;

before(async () => {
  browser = await launch();
  year = await wholeYear();
});

after(() => browser?.close());

const PERMISSIONS = { permissions: ["clipboard-read", "clipboard-write"] };
const pasted = (page) => page.evaluate(() => navigator.clipboard.readText());

async function copied(page, id, item) {
  await choose(page, id, item);
  await panel(page, id).getByText("Copied", { exact: true }).waitFor();
  await page.keyboard.press("Escape");
  return pasted(page);
}

/** The parts of a ZIP archive by their names. */
function unzipped(bytes) {
  const parts = {};
  for (let at = 0; bytes.readUInt32LE(at) === 0x04034b50; ) {
    const [method, size] = [bytes.readUInt16LE(at + 8), bytes.readUInt32LE(at + 18)];
    const [nameLength, extraLength] = [bytes.readUInt16LE(at + 26), bytes.readUInt16LE(at + 28)];
    const name = bytes.toString("utf8", at + 30, at + 30 + nameLength);
    const start = at + 30 + nameLength + extraLength;
    const content = bytes.subarray(start, start + size);
    parts[name] = String(method === 8 ? inflateRawSync(content) : content);
    at = start + size;
  }
  return parts;
}

describe("every chart and table", () => {
  for (const path of ["/", "/products", "/customers", "/time", "/places"]) {
    test(`of ${path} offers its files and its question, which the API answers`, async () => {
      const { page, context, offences } = await openPage(browser, PERMISSIONS);
      await show(page, path, "&segment=Consumer");
      const ids = await page.locator("[data-panel]").evaluateAll((panels) => panels.map(({ dataset }) => dataset.panel));
      for (const id of ids) {
        await panel(page, id).getByRole("button", { name: /^More on/ }).click();
        const items = await panel(page, id).locator(".menu button").allInnerTexts();
        await page.keyboard.press("Escape");
        for (const item of ["Download CSV", "Download XLSX", "Copy as GraphQL"]) assert.ok(items.includes(item), `${id}: ${items}`);
        await ask(await copied(page, id, "Copy as GraphQL"));
        // SQL groups by one stretch of time or cycle, not by weekday and hour.
        assert.equal(items.includes("Copy as SQL"), items.includes("Copy as URL") && id !== "hours", id);
        if (!items.includes("Copy as URL")) continue;
        const address = await copied(page, id, "Copy as URL");
        const response = await fetch(address);
        assert.equal(response.status, 200, `${id}: ${address}: ${await response.text()}`);
      }
      assertClean(offences);
      await context.close();
    });
  }
});

test("a menu closes by Escape from the moment that it is there", async () => {
  const { page, context } = await openPage(browser);
  await show(page, "/");
  const more = panel(page, "category").getByRole("button", { name: /^More on/ });
  const wasOpen = await more.evaluate(async (button) => {
    button.click();
    // It is rendered in a microtask; whatever comes after a paint is later than that.
    for (let turn = 0; turn < 100 && button.ariaExpanded !== "true"; turn += 1) await undefined;
    const isOpen = button.ariaExpanded === "true";
    button.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
    return isOpen;
  });
  assert.ok(wasOpen);
  await panel(page, "category").locator(".menu").waitFor({ state: "detached", timeout: 5_000 });
  await context.close();
});

test("the question has the figures that are shown, whichever way it is asked", async () => {
  const { page, context } = await openPage(browser, PERMISSIONS);
  await show(page, "/", "&segment=Consumer");
  const filter = `{ period: { year: ${year} }, segment: { eq: "Consumer" } }`;
  const { kpis: expected } = await ask(`{ kpis(filter: ${filter}) { breakdown(by: [REGION], first: 12) { rows { key { value } kpis { totalSales } } } } }`);
  const sales = expected.breakdown.rows.map(({ key, kpis }) => [key[0].value, kpis.totalSales]);

  const { kpis } = await ask(await copied(page, "region", "Copy as GraphQL"));
  assert.deepEqual(kpis.breakdown.rows.map(({ key, kpis: of }) => [key[0].value, of.totalSales]), sales);

  const address = await copied(page, "region", "Copy as URL");
  const [head, ...lines] = (await (await fetch(address)).text()).trim().split(/\r?\n/).map((line) => line.split(","));
  const at = head.indexOf("totalSales");
  assert.deepEqual(lines.map((cells) => [cells[0], Number(cells[at])]), sales);

  const sql = await copied(page, "region", "Copy as SQL");
  assert.match(sql, /^SELECT region,\s+MEASURE\(total_sales\) AS total_sales/);
  assert.ok(sql.includes(`WHERE ordered_at >= '${year}-01-01'\n  AND ordered_at < '${year + 1}-01-01'\n  AND segment = 'Consumer'`), sql);
  await context.close();
});

test("a workbook has the table, and says what it is of", async () => {
  const { page, context, offences } = await openPage(browser, { locale: "fr-FR" });
  await show(page, "/");
  const file = page.waitForEvent("download");
  await panel(page, "category").getByRole("button", { name: /^Plus sur/ }).click();
  await panel(page, "category").getByRole("button", { name: "Télécharger en XLSX" }).click();
  const download = await file;
  assert.match(download.suggestedFilename(), /^ventes-par-categorie-.*\.xlsx$/);
  const { "xl/worksheets/sheet1.xml": sheet } = unzipped(await readFile(await download.path()));
  const { shop, kpis } = await ask(`{ shop { name } kpis(filter: { period: { year: ${year} } }) {
    breakdown(by: [CATEGORY], first: 1) { rows { key { label } kpis { totalSales } } }
  } }`);
  const [{ key, kpis: of }] = kpis.breakdown.rows;
  assert.ok(sheet.includes(shop.name), "the shop's name");
  assert.ok(sheet.includes(`>${key[0].label}</t></is></c><c><v>${of.totalSales}</v></c>`), sheet.slice(0, 2_000));
  assertClean(offences);
  await context.close();
});
