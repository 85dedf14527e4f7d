// A link that holds a key: whoever follows it sees what the key may, wherever they follow it.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";

import { card, digits, settled } from "./dashboard.mjs";
import { askWith, keyIn, KEYED_URL, makeLink, openKeyed, revoke, WAREHOUSE } from "./keyed.mjs";
import { assertClean, launch } from "./support.mjs";

let browser;
let link;

before(async () => {
  browser = await launch();
  link = await makeLink("Intranet");
});

after(() => browser?.close());

const reader = (page) => page.locator(".reader").innerText();
const hashOf = (page) => new URL(page.url()).hash;

/** Signs in as whoever has a key, by the cookie that the server gives. */
async function signIn(page, key) {
  await page.goto(`${KEYED_URL}/sign-in`);
  await page.getByLabel("API key").fill(key);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL((url) => url.pathname !== "/sign-in");
}

/** A page of another site that has the address in a frame. */
async function framing(address, host) {
  const server = createServer((_, response) => {
    response.setHeader("Content-Type", "text/html");
    response.end(`<!doctype html><title>Intranet</title><iframe src="${address}" width="1200" height="800"></iframe>`);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://${host}:${server.address().port}/`, close: () => server.close() };
}

test("it opens without signing in, and says by which link", async () => {
  const { page, context, offences, visited } = await openKeyed(browser);
  await page.goto(link);
  await settled(page);
  assert.equal(await reader(page), "Intranet");
  await page.getByText("Live", { exact: true }).waitFor();
  assert.ok(!visited.some((path) => path.startsWith("/sign-in")), visited.join(" "));
  // What asks by a cookie alone is not for them.
  assert.equal(await page.getByRole("link", { name: "Query the API" }).count(), 0);
  assert.ok(!visited.some((path) => path.includes(keyIn(link))));
  assertClean(offences);
  await context.close();
});

test("every address of the page holds it: of views, filters and tables, back and forward, loaded again", async () => {
  const { page, context, offences } = await openKeyed(browser);
  await page.goto(link);
  await settled(page);
  await page.getByRole("link", { name: "Products", exact: true }).click();
  await settled(page);
  assert.equal(new URL(page.url()).pathname, "/products");
  await page.getByRole("button", { name: "Units sold", exact: true }).click();
  await settled(page);
  assert.equal(new URL(page.url()).search, "?kpi=unitsSold");
  assert.equal(hashOf(page), new URL(link).hash);
  await page.reload();
  await settled(page);
  assert.equal(await reader(page), "Intranet");
  await page.goBack();
  await page.goBack();
  await settled(page);
  assert.equal(new URL(page.url()).pathname, "/");
  assert.equal(await reader(page), "Intranet");
  await page.goForward();
  await page.getByRole("heading", { name: "Products", exact: true }).waitFor();
  assert.equal(hashOf(page), new URL(link).hash);
  assertClean(offences);
  await context.close();
});

test("a view that is opened in another tab is the link's, too", async () => {
  const { page, context } = await openKeyed(browser);
  await page.goto(link);
  await settled(page);
  const opened = context.waitForEvent("page");
  await page.getByRole("link", { name: "Time", exact: true }).click({ button: "middle" });
  const other = await opened;
  await settled(other);
  assert.equal(new URL(other.url()).pathname, "/time");
  assert.equal(await reader(other), "Intranet");
  await context.close();
});

test("who is signed in as somebody else is the link's reader on its page, and themselves elsewhere", async () => {
  const mine = keyIn(await makeLink("Ada"));
  const others = await makeLink("Depot", WAREHOUSE);
  const { page, context } = await openKeyed(browser);
  await signIn(page, mine);
  await settled(page);
  assert.equal(await reader(page), "Ada");
  const tab = await context.newPage();
  await tab.goto(others);
  await settled(tab);
  assert.equal(await reader(tab), "Depot");
  await tab.getByText("Live", { exact: true }).waitFor();
  assert.equal(await card(tab, "totalSales").count(), 0);
  await page.reload();
  await settled(page);
  assert.equal(await reader(page), "Ada");
  assert.equal(await card(page, "totalSales").count(), 1);
  // The same tab, once another link is put into its address.
  await page.evaluate((hash) => location.assign(hash), new URL(others).hash);
  await page.locator(".reader").getByText("Depot").waitFor();
  await context.close();
});

for (const [locale, ended] of [
  ["en-GB", "This link has ended"],
  ["fr-FR", "Ce lien a expiré"],
]) {
  test(`a link that was taken back says so, rather than lead to where nobody can sign in (${locale})`, async () => {
    const name = `Guest ${locale}`;
    const guests = await makeLink(name);
    const { page, context, visited } = await openKeyed(browser, { locale });
    await page.goto(guests);
    await settled(page);
    await revoke(name);
    // The figures stay, with word that they do not move any longer.
    await page.locator(".stale-notice").getByText(ended).waitFor();
    assert.ok(digits(await card(page, "orderCount").innerText()));
    await page.reload();
    await page.getByRole("alert").getByText(ended).waitFor();
    assert.equal(await page.getByRole("alert").getByRole("button").count(), 0);
    assert.ok(!visited.some((path) => path.startsWith("/sign-in")), visited.join(" "));
    await context.close();
  });
}

test("a page of another site has it in a frame, with what it stores or without", async () => {
  const { url, close } = await framing(link, "localhost");
  for (const stores of [true, false]) {
    const { page, context } = await openKeyed(browser);
    if (!stores) {
      // As a browser that keeps sites in frames from storing anything.
      await context.addInitScript(() => {
        Object.defineProperty(globalThis, "localStorage", {
          get() {
            throw new DOMException("denied", "SecurityError");
          },
        });
      });
    }
    const errors = [];
    page.on("pageerror", (error) => errors.push(error.message));
    await page.goto(url);
    const frame = page.frameLocator("iframe");
    await frame.locator('main[aria-busy="false"] .grid:not(.stale)').waitFor();
    assert.equal(await frame.locator(".reader").innerText(), "Intranet");
    await frame.getByText("Live", { exact: true }).waitFor();
    await frame.getByRole("link", { name: "Products", exact: true }).click();
    await frame.getByRole("heading", { name: "Products", exact: true }).waitFor();
    await frame.getByLabel("Language").selectOption("Français");
    await frame.getByRole("heading", { name: "Produits", exact: true }).waitFor();
    assert.deepEqual(errors, []);
    await context.close();
  }
  close();
});

test("no page of a site that was not named has it in a frame", async () => {
  const { url, close } = await framing(link, "127.0.0.1");
  const { page, context } = await openKeyed(browser);
  const refused = page.waitForEvent("console", (message) => message.text().includes("frame-ancestors"));
  await page.goto(url);
  await refused;
  assert.equal(await page.frameLocator("iframe").locator("header").count(), 0);
  await context.close();
  close();
});

test("what it shows is what its key may see", async () => {
  const { page, context } = await openKeyed(browser);
  await page.goto(link.replace("#", "?period=all#"));
  await settled(page);
  const { data } = await askWith(keyIn(link), "{ kpis { orderCount } }");
  assert.equal(digits(await card(page, "orderCount").getAttribute("title")), String(data.kpis.orderCount));
  await context.close();
});
