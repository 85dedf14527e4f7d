// Lighthouse over every view: `BASE_URL=http://127.0.0.1:8080 npm start`.
//
// Each view has to reach 90 for performance, the median of a few visits, and 100 for
// accessibility, on a desktop and on Lighthouse's slow phone. $RUNS says how many
// visits, $CHROMIUM names the browser; paths as arguments audit those alone.
import * as chromeLauncher from 'chrome-launcher';
import lighthouse, { desktopConfig } from 'lighthouse';

const BASE_URL = (process.env.BASE_URL ?? 'http://127.0.0.1:8080').replace(/\/$/, '');
const RUNS = Number(process.env.RUNS ?? 3);
const VIEWS = ['/', '/products', '/customers', '/time', '/places'];
const LEAST = { performance: 90, accessibility: 100 };
const DEVICES = { desktop: desktopConfig, phone: undefined };

const paths = process.argv.length > 2 ? process.argv.slice(2) : VIEWS;
const chrome = await chromeLauncher.launch({
  chromePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  chromeFlags: ['--headless=new', '--no-sandbox', '--disable-gpu'],
});

async function visit(path, config) {
  const flags = { port: chrome.port, onlyCategories: Object.keys(LEAST), logLevel: 'error' };
  const { lhr } = await lighthouse(BASE_URL + path, flags, config);
  if (lhr.runtimeError) throw new Error(`${path}: ${lhr.runtimeError.message}`);
  return lhr;
}

const score = (lhr, category) => Math.round(lhr.categories[category].score * 100);

/** The visit in the middle by its performance. */
function median(visits) {
  const ordered = [...visits].sort((one, other) => score(one, 'performance') - score(other, 'performance'));
  return ordered[Math.floor((ordered.length - 1) / 2)];
}

/** What keeps a score from being full, and the times that readers feel. */
function remarks(lhr) {
  const times = ['first-contentful-paint', 'largest-contentful-paint', 'total-blocking-time', 'cumulative-layout-shift'];
  const shown = times.map((id) => `${lhr.audits[id].title} ${lhr.audits[id].displayValue}`);
  const failed = lhr.categories.accessibility.auditRefs
    .map(({ id }) => lhr.audits[id])
    .filter((audit) => audit.score !== null && audit.score < 1)
    .map((audit) => audit.title);
  return [...shown, ...failed].join(' · ');
}

let missed = 0;
try {
  for (const path of paths) {
    for (const [device, config] of Object.entries(DEVICES)) {
      const visits = [];
      for (let run = 0; run < RUNS; run++) visits.push(await visit(path, config));
      const lhr = median(visits);
      const scores = Object.keys(LEAST).map((category) => `${category} ${score(lhr, category)}`);
      console.log(`${path} ${device}: ${scores.join(', ')} (${remarks(lhr)})`);
      missed += Object.entries(LEAST).filter(([category, least]) => score(lhr, category) < least).length;
    }
  }
} finally {
  chrome.kill();
}
if (missed > 0) {
  console.error(`failed: ${missed} of the scores are too low`);
  process.exitCode = 1;
}
