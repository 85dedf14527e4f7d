// GraphiQL as its readers have it: queries run, fields complete, the Explorer
// explores, and nothing comes from elsewhere.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { chromium } from 'playwright-core';

const base = process.env.BASE_URL ?? 'http://127.0.0.1:8080';
let browser;

before(async () => {
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
});

after(() => browser?.close());

/** Opens GraphiQL for `use`; afterwards nothing may have gone wrong or elsewhere. */
async function graphiql(use, options = {}, search = '') {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const wrong = [];
  context.on('request', (request) => {
    const { origin, protocol } = new URL(request.url());
    if (origin !== base && protocol !== 'data:' && protocol !== 'blob:') {
      wrong.push(`asked ${request.url()}`);
    }
  });
  context.on('response', (response) => {
    if (response.status() >= 400) wrong.push(`${response.status()} for ${response.url()}`);
  });
  context.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) wrong.push(message.text());
  });
  context.on('weberror', (error) => wrong.push(String(error.error())));
  try {
    const page = await context.newPage();
    await page.goto(`${base}/graphiql${search}`);
    await page.locator('.graphiql-query-editor .view-lines').waitFor();
    await use(page);
  } finally {
    await context.close();
  }
  assert.deepEqual(wrong, []);
}

/** The worked examples, by the names of their operations. */
const examples = ['Overview', 'TopProducts', 'TimeSeries', 'Cohorts', 'Customers'];

const result = (page) => page.locator('.graphiql-response .view-lines');

/** Replaces the query of the tab that is shown. */
async function write(page, text) {
  await page.locator('.graphiql-query-editor .view-lines').click();
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.type(text, { delay: 20 });
}

/**
 * Runs the tab's query and gives its answer.
 *
 * GraphiQL reads a query a moment after it shows it: asked sooner than a hand would
 * be, it still names the operation of the tab before, and is asked again.
 */
async function run(page, operation) {
  for (let tries = 0; tries < 20; tries++) {
    const sent = page.waitForRequest((request) => request.postDataJSON()?.operationName !== undefined);
    await page.getByRole('button', { name: 'Execute query' }).click();
    const request = await sent;
    const answer = await (await request.response()).json();
    if (request.postDataJSON().operationName === operation) return answer;
  }
  assert.fail(`${operation} never runs`);
}

test('every example runs', async () => {
  await graphiql(async (page) => {
    assert.equal(await page.getByRole('tab').count(), examples.length);
    for (const title of examples) {
      await page.getByTitle(title, { exact: true }).click();
      const begin = new RegExp(`^query\\s${title}\\b`);
      await page.locator('.graphiql-query-editor .view-line').filter({ hasText: begin }).waitFor();
      const { data, errors } = await run(page, title);
      assert.equal(errors, undefined);
      const [field] = Object.keys(data).filter((name) => name !== 'shop');
      await result(page).getByText(`"${field}"`).first().waitFor();
    }
  });
});

test('a link brings its own query', async () => {
  const query = 'query Linked { shop { currency } }';
  await graphiql(
    async (page) => {
      const editor = page.locator('.graphiql-query-editor .view-lines');
      await editor.getByText('Linked').waitFor();
      assert.equal(await page.getByRole('tab').count(), 1 + examples.length);
      const { data } = await run(page, 'Linked');
      assert.equal(typeof data.shop.currency, 'string');
    },
    {},
    `?query=${encodeURIComponent(query)}`,
  );
});

test('what is typed completes, with what the schema says of it', async () => {
  await graphiql(async (page) => {
    await write(page, '{ kpis { averageDays');
    const suggestion = page.locator('.suggest-widget .monaco-list-row').first();
    await suggestion.getByText('averageDaysBetweenOrders').waitFor();
    await page.keyboard.press('Enter');
    await page.locator('.graphiql-query-editor').getByText('averageDaysBetweenOrders').waitFor();
    // GraphiQL has read the query when it no longer calls it by the old name.
    await page.getByRole('tab').filter({ hasText: '<untitled>' }).waitFor();
    await page.keyboard.press('ControlOrMeta+Enter');
    await result(page).getByText('averageDaysBetweenOrders').waitFor();
  });
});

test('a field that is not there is marked while it is typed', async () => {
  await graphiql(async (page) => {
    await write(page, '{ kpis { turnover ');
    await page.locator('.graphiql-query-editor .squiggly-error').first().waitFor();
  });
});

test('the Explorer shows the schema and writes the query', async () => {
  await graphiql(async (page) => {
    await page.getByRole('button', { name: 'GraphiQL Explorer' }).click();
    const explorer = page.locator('.docExplorerWrap');
    await explorer.getByText('breakdown').first().waitFor();
    await explorer.getByText('averageShippingDays', { exact: true }).first().click();
    await page.getByRole('button', { name: 'Execute query' }).click();
    await result(page).getByText('averageShippingDays').waitFor();
  });
});

test('the documentation opens on the schema', async () => {
  await graphiql(async (page) => {
    await page.getByRole('button', { name: 'Documentation Explorer' }).click();
    await page.locator('.graphiql-doc-explorer').getByText('Query').first().waitFor();
  });
});

test('headers can be given', async () => {
  await graphiql(async (page) => {
    await page.getByRole('button', { name: 'Headers', exact: true }).click();
    await page.locator('.graphiql-editor-tool .monaco-editor:visible').click();
    await page.keyboard.type('{"x-shop": "1"}');
    const request = page.waitForRequest((sent) => sent.headers()['x-shop'] === '1');
    await page.getByRole('button', { name: 'Execute query' }).click();
    await request;
  });
});

const backgroundOf = (page) =>
  page.locator('.graphiql-container').evaluate((element) => getComputedStyle(element).backgroundColor);

const channelsOf = (color) => color.match(/[\d.]+/g).map(Number);

for (const colorScheme of ['light', 'dark']) {
  test(`the page is ${colorScheme} where the system is`, async () => {
    await graphiql(
      async (page) => {
        const [red, green, blue] = channelsOf(await backgroundOf(page));
        const light = (red + green + blue) / 3;
        assert.equal(light > 128 ? 'light' : 'dark', colorScheme, `${light}`);
      },
      { colorScheme },
    );
  });
}

test("the page is dark where the dashboard was made so, and has the dashboard's dark", async () => {
  await graphiql(async (page) => {
    await page.goto(base);
    await page.evaluate(() => localStorage.setItem('salesgraph.theme', 'dark'));
    await page.reload();
    await page.locator('html[data-theme="dark"] .panel').first().waitFor();
    const surface = await page.locator('.panel').first().evaluate((panel) => getComputedStyle(panel).backgroundColor);
    await page.goto(`${base}/graphiql`);
    await page.locator('.graphiql-query-editor .view-lines').waitFor();
    const [dashboard, own] = [surface, await backgroundOf(page)].map(channelsOf);
    own.slice(0, 3).forEach((channel, at) => assert.ok(Math.abs(channel - dashboard[at]) <= 2, `${own} and ${dashboard}`));
  });
});

test('an example stands in the first pane', async () => {
  await graphiql(async (page) => {
    await page.locator('.graphiql-query-editor .view-line').filter({ hasText: new RegExp(`^query\\s${examples[0]}\\b`) }).waitFor();
  });
});
