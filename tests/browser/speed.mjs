// How long a view takes, from the click to its last chart, over a large shop:
// `salesgraph demo --orders 1000000`, then `BASE_URL=http://127.0.0.1:8080 npm run speed`.
//
// The window is as high as the longest view, so that every chart counts. A view is
// complete when its answer is there and each chart is drawn. $RUNS says how often
// each view is opened; the first time, which also loads its code and maps, counts too.

import { BASE_URL, launch, openPage, PATIENCE } from "./support.mjs";

const RUNS = Number(process.env.RUNS ?? 5);
const LIMIT_IN_MS = 1_000;
const PERIODS = { "all time": "all", "one year": "2025" };
const VIEWS = ["Overview", "Products", "Customers", "Time", "Places"];

/** Runs in the page: clicks a view's link, waits for all of the view, says how long it took. */
async function open(name) {
  const link = [...document.querySelectorAll("nav a")].find(({ textContent }) => textContent === name);
  performance.clearResourceTimings();
  const begin = performance.now();
  link.click();
  const isComplete = () => {
    const main = document.querySelector("main");
    const charts = [...main.querySelectorAll(".chart")];
    return (
      main.getAttribute("aria-busy") === "false" &&
      main.querySelector("h1").textContent === name &&
      !main.querySelector(".skeleton") &&
      charts.length > 0 &&
      charts.every((chart) => chart.querySelector("svg path"))
    );
  };
  while (!isComplete()) await new Promise(requestAnimationFrame);
  // The frame that shows what was drawn last.
  await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  const total = performance.now() - begin;
  const [request] = performance.getEntriesByType("resource").filter((it) => it.name.endsWith("/graphql"));
  return { total, request: request ? request.responseEnd - request.startTime : 0 };
}

/** What the engine says it took, of the answer's time. */
async function engineTime(response) {
  const { extensions } = await response.json();
  return Object.values(extensions.engine).reduce((sum, { milliseconds }) => sum + milliseconds, 0);
}

const median = (numbers) => [...numbers].sort((one, other) => one - other)[Math.floor(numbers.length / 2)];
const ms = (numbers) => `${Math.round(median(numbers))} ms (${numbers.map(Math.round).join(", ")})`;

const browser = await launch();
const { page } = await openPage(browser, { viewport: { width: 1280, height: 2600 }, reducedMotion: "no-preference" });
let slow = 0;
for (const [period, value] of Object.entries(PERIODS)) {
  for (const [index, name] of VIEWS.entries()) {
    const times = [];
    for (let run = 0; run < RUNS; run++) {
      // A new page each time, on another view: nothing of this one is drawn or loaded yet.
      const elsewhere = index === 0 ? "/time" : "/";
      await page.goto(`${BASE_URL}${elsewhere}?period=${value}`);
      await page.locator('main[aria-busy="false"] .chart svg path').first().waitFor({ state: "attached", timeout: PATIENCE });
      const answer = page.waitForResponse("**/graphql");
      const time = await page.evaluate(open, name);
      times.push({ ...time, engine: await engineTime(await answer) });
    }
    const totals = times.map(({ total }) => total);
    const requests = times.map(({ request }) => request);
    const engines = times.map(({ engine }) => engine);
    console.log(`${name}, ${period}: ${ms(totals)}; the answer ${ms(requests)}; the engine ${ms(engines)}`);
    if (median(totals) > LIMIT_IN_MS) slow++;
  }
}
await browser.close();
if (slow > 0) {
  console.error(`failed: ${slow} of the views take longer than ${LIMIT_IN_MS} ms`);
  process.exitCode = 1;
}
