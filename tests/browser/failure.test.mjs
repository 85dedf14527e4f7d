// The dashboard while its server is away, refuses, or is of another version.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { card, choose, panel, settled, show } from "./dashboard.mjs";
import { BASE_URL, launch, openPage } from "./support.mjs";

let browser;

before(async () => {
  browser = await launch();
});

after(() => browser?.close());

describe("while the server is away", () => {
  test("a refresh keeps the figures, says of when they are, and mends itself", async () => {
    const { page, context } = await openPage(browser);
    await show(page, "/");
    const sales = await card(page, "totalSales").getAttribute("title");
    await page.route("**/graphql", (route) => route.abort());
    await page.getByRole("button", { name: "Refresh" }).click();
    const notice = page.getByRole("alert");
    await notice.waitFor();
    assert.match(await notice.innerText(), /cannot be reached.*of \d/);
    assert.doesNotMatch(await page.locator("body").innerText(), /TypeError|fetch/i);
    assert.equal(await card(page, "totalSales").getAttribute("title"), sales);
    await page.unroute("**/graphql");
    // Nobody presses anything.
    await notice.waitFor({ state: "detached" });
    assert.equal(await card(page, "totalSales").getAttribute("title"), sales);
    await context.close();
  });

  test("another view says so and shows none of the old figures; it mends itself", async () => {
    const { page, context } = await openPage(browser);
    await show(page, "/products");
    await page.route("**/graphql", (route) => route.abort());
    await page.getByRole("link", { name: "Time" }).click();
    await page.getByRole("alert").waitFor();
    assert.equal(await page.locator(".grid").count(), 0);
    await page.unroute("**/graphql");
    await settled(page);
    await context.close();
  });

  test("a new choice does not pass the old figures off as its own", async () => {
    const { page, context } = await openPage(browser);
    await show(page, "/");
    await page.route("**/graphql", (route) => route.abort());
    await panel(page, "category").locator(".chart svg path").first().waitFor({ state: "attached" });
    await page.getByRole("button", { name: "Period before" }).click();
    await page.getByRole("alert").waitFor();
    assert.equal(await page.locator(".card-value").count(), 0);
    await context.close();
  });
});

describe("an error of the server", () => {
  for (const [code, expected] of [
    ["HOST_NOT_ALLOWED", /does not answer to this address/],
    ["GRAPHQL_VALIDATION_FAILED", /different versions/],
    ["QUERY_TOO_COMPLEX", /does not accept this choice/],
    ["REQUEST_TIMEOUT", /did not answer in time/],
  ]) {
    test(`${code} is told in words`, async () => {
      const { page, context } = await openPage(browser);
      const errors = [{ message: "said the server", extensions: { code } }];
      await page.route("**/graphql", (route) => route.fulfill({ json: { errors } }));
      await page.goto(BASE_URL);
      const notice = page.getByRole("alert");
      await notice.waitFor();
      assert.match(await notice.innerText(), expected);
      assert.match(await notice.innerText(), /said the server/);
      await context.close();
    });
  }

  test("a server that was too slow at first is asked again by itself", async () => {
    const { page, context } = await openPage(browser);
    const errors = [{ message: "the request took too long", extensions: { code: "REQUEST_TIMEOUT" } }];
    await page.route("**/graphql", (route) => route.fulfill({ json: { errors } }));
    await page.goto(BASE_URL);
    await page.getByRole("alert").waitFor();
    await page.unroute("**/graphql");
    // Nobody presses anything.
    await settled(page);
    assert.equal(await page.getByRole("alert").count(), 0);
    await context.close();
  });

  test("a page of a proxy in its place is told in words", async () => {
    const { page, context } = await openPage(browser);
    await page.route("**/graphql", (route) => route.fulfill({ status: 502, body: "<h1>Bad gateway</h1>" }));
    await page.goto(BASE_URL);
    await page.getByRole("alert").waitFor();
    assert.doesNotMatch(await page.locator("body").innerText(), /SyntaxError|JSON|HTTP/);
    await context.close();
  });
});

describe("after an upgrade", () => {
  test("a part that is gone loads the page anew, once", async () => {
    const { page, context } = await openPage(browser);
    let upgraded = false;
    await page.route("**/assets/engine-*.js", (route) => (upgraded ? route.continue() : route.fulfill({ status: 404 })));
    // What the new server sends for the page names other scripts.
    await page.route(`${BASE_URL}/`, async (route) => {
      if (route.request().resourceType() === "document") return route.continue();
      upgraded = true;
      await route.fulfill({ contentType: "text/html", body: '<script src="/assets/index-new.js"></script>' });
    });
    let loads = 0;
    page.on("load", () => (loads += 1));
    await page.goto(BASE_URL);
    await panel(page, "series").locator(".chart svg path").first().waitFor({ state: "attached" });
    assert.equal(loads, 2);
    await context.close();
  });

  test("a part that cannot be had for another reason leaves the page as it is", async () => {
    const { page, context } = await openPage(browser);
    await page.route("**/assets/engine-*.js", (route) => route.abort());
    let loads = 0;
    page.on("load", () => (loads += 1));
    await page.goto(BASE_URL);
    await panel(page, "series").getByText("could not be loaded").waitFor();
    assert.equal(loads, 1);
    await context.close();
  });
});

describe("a part that cannot be had", () => {
  test("of a map or a workbook is told of in its place", async () => {
    const { page, context } = await openPage(browser);
    await page.route(/\/assets\/(countries|states|xlsx)-.*\.js/, (route) => route.abort());
    await show(page, "/places");
    await panel(page, "map").getByText("could not be loaded").waitFor();
    await choose(page, "shipModes", "Download XLSX");
    await panel(page, "shipModes").getByRole("status").getByText("The file could not be made").waitFor();
    await context.close();
  });
});

describe("a day that cannot be", () => {
  test("is refused where it is typed", async () => {
    const { page, context } = await openPage(browser);
    await show(page, "/");
    await page.locator(".picker .popover-button").first().click();
    const last = page.getByLabel("Last day");
    // Day, month and year one after the other, as a keyboard fills them.
    await last.focus();
    await last.pressSequentially("31022025");
    await page.getByText("There is no such day.").waitFor();
    assert.ok(await page.getByRole("button", { name: "Show these days" }).isDisabled());
    await context.close();
  });

  test("in an address is not asked for", async () => {
    const { page, context } = await openPage(browser);
    await page.goto(`${BASE_URL}/?period=2025-02-31..2025-03-05`);
    await settled(page);
    assert.match(await page.locator(".picker .popover-button").first().innerText(), /12 months to date/);
    await context.close();
  });
});
