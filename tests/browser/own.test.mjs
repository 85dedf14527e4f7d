// A shop's own dimensions, measures and KPIs, in the places of those that every shop has.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { card, panel, rowsOf, settled } from "./dashboard.mjs";
import { assertClean, BASE_URL, launch, openPage, OWN_URL } from "./support.mjs";

let browser;

before(async () => {
  browser = await launch();
});

after(() => browser?.close());

/** Opens a view of the shop that has words of its own. */
async function showOwn(path, options) {
  const opened = await openPage(browser, options, OWN_URL);
  await opened.page.goto(`${OWN_URL}${path}`);
  await settled(opened.page);
  return opened;
}

test("its KPIs have cards, with their units and what they mean", async () => {
  const { page, context, offences } = await showOwn("/?period=all");
  for (const [kpi, shown] of [
    ["paymentFees", "€13.00"],
    ["heaviestLine", "40.5\u00a0kg"],
    ["feeShare", "2.0%"],
  ]) {
    assert.equal(await card(page, kpi).getAttribute("title"), shown, kpi);
  }
  await page.getByRole("button", { name: "What “Fee share” means" }).click();
  await page.getByText("Payment fees divided by total sales.").waitFor();
  assertClean(offences);
  await context.close();
});

for (const [locale, unknown, of] of [["en-GB", "not known", "Customers: not known"], ["fr-FR", "inconnu", "Clients : inconnu"]]) {
  test(`customers whom no order names are not known, rather than none, in ${locale}`, async () => {
    const { page, context, offences } = await showOwn("/?period=all&kpi=customerCount&table=category", { locale });
    assert.equal(await card(page, "customerCount").innerText(), "–");
    await page.locator('[data-kpi="customerCount"]').getByText(unknown, { exact: true }).waitFor();
    assert.equal(await card(page, "orderCount").innerText(), "4");
    // All time has no period before it: there is no retention to know.
    assert.equal(await page.locator('[data-kpi="retentionRate"]').getByText(unknown, { exact: true }).count(), 0);
    await panel(page, "series").getByText(of).waitFor();
    const name = of.split(/\s*:/)[0];
    const columns = await panel(page, "category").locator("thead th").allInnerTexts();
    for (const cells of await rowsOf(page, "category")) assert.equal(cells[columns.indexOf(name)], "–");
    await page.goto(`${OWN_URL}/time?period=all&kpi=customerCount`);
    await settled(page);
    await panel(page, "series").getByText(of).waitFor();
    assertClean(offences);
    await context.close();
  });
}

test("its dimensions rank by the KPI that is chosen", async () => {
  const { page, context } = await showOwn("/?period=all&table=own");
  await page.getByRole("button", { name: "Fee share", exact: true }).click();
  await panel(page, "own").getByRole("heading", { name: "Fee share by channel" }).waitFor();
  await settled(page);
  const ranked = async () => (await rowsOf(page, "own")).map(([name, value]) => [name, value]);
  assert.deepEqual(await ranked(), [
    ["web", "3.0%"],
    ["Not known", "2.0%"],
    ["store", "1.0%"],
  ]);
  await panel(page, "own").getByRole("combobox").selectOption("Gift wrap");
  await panel(page, "own").getByRole("heading", { name: "Fee share by gift wrap" }).waitFor();
  await settled(page);
  assert.deepEqual(await ranked(), [
    ["yes", "3.0%"],
    ["no", "1.6%"],
  ]);
  assert.equal(new URL(page.url()).search, "?period=all&kpi=own.feeShare&by=own.giftWrap&table=own");
  await context.close();
});

test("its dimensions filter, and an address keeps it", async () => {
  const { page, context } = await showOwn("/?period=all&table=own");
  await page.getByRole("button", { name: "Add a filter" }).click();
  await page.getByRole("button", { name: "Channel", exact: true }).click();
  await page.getByRole("checkbox", { name: "web" }).check();
  await page.getByRole("button", { name: "Remove Channel: web" }).waitFor();
  for (const visit of ["chosen", "loaded again"]) {
    await settled(page);
    assert.equal(await card(page, "orderCount").innerText(), "2", visit);
    assert.equal(await card(page, "paymentFees").getAttribute("title"), "€9.00", visit);
    // What is not chosen stays to be chosen.
    assert.equal((await rowsOf(page, "own")).length, 3, visit);
    await page.reload();
  }
  await context.close();
});

test("its KPIs are measures wherever one is chosen", async () => {
  const { page, context } = await showOwn("/time?period=all&grain=MONTH&table=series");
  await page.getByLabel("Measure").selectOption("Heaviest line");
  await panel(page, "series").getByRole("heading", { name: "Heaviest line over time" }).waitFor();
  await settled(page);
  const months = (await rowsOf(page, "series")).map(([, value]) => value);
  assert.deepEqual(months, ["40.5\u00a0kg", "3\u00a0kg", "38\u00a0kg", "1.5\u00a0kg"]);
  await page.goto(`${OWN_URL}/places?period=all&kpi=own.feeShare&table=map`);
  await settled(page);
  const countries = (await rowsOf(page, "map")).map(([name, value]) => [name, value]).sort();
  assert.deepEqual(countries, [["Belgium", "1.1%"], ["France", "3.0%"]]);
  await page.goto(`${OWN_URL}/products?period=all&kpi=own.paymentFees`);
  await settled(page);
  const [first] = await rowsOf(page, "product");
  assert.equal(first[0], "Oak table");
  assert.ok(first.includes("€9.00"), first.join(" "));
  await context.close();
});

test("its dimensions take a difference apart", async () => {
  const { page, context, offences } = await showOwn("/?period=2025-05-01..2025-06-30&before=period&why=own.channel&table=why");
  const parts = (await rowsOf(page, "why")).map(([name, , , part, , fate]) => [name, part, fate]);
  assert.deepEqual(parts, [
    ["store", "€300.00", "new"],
    ["web", "-€300.00", "gone"],
    ["Not known", "€50.00", "new"],
    ["Difference", "€50.00", ""],
  ]);
  assertClean(offences);
  await context.close();
});

test("what the shop does not have is left out of what an address says", async () => {
  const { page, context, offences } = await showOwn("/?period=all&own.colour=red&kpi=own.fame&by=own.colour");
  assert.equal(await card(page, "orderCount").innerText(), "4");
  await page.goto(`${BASE_URL}/?period=all&own.channel=web`);
  await settled(page);
  assert.equal(await panel(page, "own").count(), 0);
  assert.deepEqual(offences.filter((it) => !it.includes(BASE_URL)), []);
  await context.close();
});

test("its views have no fault on a phone", async () => {
  const { page, context } = await showOwn("/?period=all", { viewport: { width: 390, height: 844 } });
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), 0);
  await context.close();
});

test("its fiscal years from April have the names of both years", async () => {
  const { page, context, offences } = await showOwn("/time?period=all&grain=QUARTER&table=series");
  // 2 × 100 in March; 2 × 50, 3 × 100 and 1 × 50 from April to June.
  const quarters = (await rowsOf(page, "series")).map(([name, sales]) => [name, sales]);
  assert.deepEqual(quarters, [["Q4 2024/25", "€200.00"], ["Q1 2025/26", "€450.00"]]);
  assertClean(offences);
  await context.close();
});

test("a fiscal year is chosen by its name, and stays in the link", async () => {
  const { page, context, offences } = await showOwn("/?period=all");
  await page.locator(".picker .popover-button").first().click();
  await page.getByRole("heading", { name: "Fiscal years", exact: true }).waitFor();
  await page.getByRole("button", { name: "2024/25", exact: true }).click();
  await settled(page);
  assert.equal(new URL(page.url()).searchParams.get("period"), "fy2024");
  // From April to March: the two sales of March.
  assert.match(await card(page, "totalSales").innerText(), /€200/);
  await page.reload();
  await settled(page);
  assert.match(await page.locator(".picker .popover-button").first().innerText(), /^2024\/25/);
  assertClean(offences);
  await context.close();
});

for (const [locale, own, years] of [
  ["en-GB", "This fiscal year so far", "Calendar years, from January"],
  ["fr-FR", "Cet exercice à ce jour", "Années civiles, depuis janvier"],
]) {
  test(`its fiscal year is not called as the years of the calendar are, in ${locale}`, async () => {
    const { page, context } = await showOwn("/?period=all", { locale });
    await page.locator(".picker .popover-button").first().click();
    await page.getByRole("button", { name: own, exact: true }).waitFor();
    await page.getByRole("heading", { name: years, exact: true }).waitFor();
    // The calendar's own keep their names.
    await page.goto(`${BASE_URL}/?period=ytd`);
    await settled(page);
    assert.doesNotMatch(await page.locator(".picker .popover-button").first().innerText(), /fiscal|exercice/);
    await context.close();
  });
}
