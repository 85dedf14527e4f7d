// What there is to filter by, where it is more than a list can hold.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { changeAnswers, settled, show } from "./dashboard.mjs";
import { ask, assertClean, launch, openPage } from "./support.mjs";

let browser;

before(async () => {
  browser = await launch();
});

after(() => browser?.close());

async function openPicker(page, dimension) {
  await page.getByRole("button", { name: "Add a filter" }).click();
  await page.getByRole("button", { name: dimension, exact: true }).click();
}

test("a place is found by what is around it, too", async () => {
  const { page, context, offences } = await openPage(browser);
  await show(page, "/");
  await openPicker(page, "City");
  await page.getByRole("searchbox").fill("germany dusseldorf");
  await page.getByRole("checkbox", { name: "Düsseldorf, North Rhine-Westphalia, Germany", exact: true }).waitFor();
  await page.getByRole("searchbox").fill("france dusseldorf");
  await page.getByText("Nothing is called that.").waitFor();
  assertClean(offences);
  await context.close();
});

test("a list of products that is not all of them says so, and the others are found", async () => {
  const { page, context } = await openPage(browser);
  await show(page, "/");
  const { shop } = await ask("{ shop { values(of: PRODUCT, first: 1000) { label } } }");
  assert.ok(shop.values.length > 100);
  const last = shop.values.map(({ label }) => label).sort().at(-1);
  await openPicker(page, "Product");
  await page.getByText("These are 100 of more. Search for the others.").waitFor();
  assert.equal(await page.getByRole("checkbox", { name: last, exact: true }).count(), 0);
  await page.getByRole("searchbox").fill(last);
  await page.getByRole("checkbox", { name: last, exact: true }).check();
  assert.equal(await page.getByText(/of more/).count(), 0);
  await settled(page);
  assert.equal(await page.locator(".chip").count(), 1);
  await context.close();
});

test("so does one of more than a thousand values, and the server is asked for what is typed", async () => {
  const { page, context } = await openPage(browser);
  const searched = [];
  page.on("request", (request) => {
    const { search } = request.url().endsWith("/graphql") ? request.postDataJSON().variables : {};
    if (search !== undefined) searched.push(search);
  });
  await changeAnswers(page, ({ shop }, query) => {
    const many = Array.from({ length: 1000 }, (_, index) => ({ value: `S${index}`, label: `S${index}` }));
    if (query.includes("query Shop")) shop.segment = many;
    if (query.includes("query FoundValues") && searched.at(-1) === "") shop.values = many;
  });
  await show(page, "/");
  await openPicker(page, "Segment");
  await page.getByText("These are 1,001 of more").waitFor();
  await page.getByRole("searchbox").fill("CONSÚMER");
  await page.getByRole("checkbox", { name: "Consumer", exact: true }).waitFor();
  assert.equal(searched.at(-1), "CONSÚMER");
  assert.equal(await page.getByText(/of more/).count(), 0);
  await context.close();
});
