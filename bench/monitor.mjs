// How soon the monitor is there with thousands of jobs and accounts, read from a trace of Chromium's: first contentful paint, first
// rows, the longest task of the page's main thread, and what is drawn of it all.   node bench/monitor.mjs [accounts]
import fs from 'node:fs';
import { addIntegration, day, freshFolder, startServer, startSimulator, token } from '../tests/end_to_end/adfill.mjs';
import { openBrowser } from '../tests/browser/session.mjs';

const accounts = Number(process.argv[2] ?? 2000);
const folder = freshFolder();
const simulator = await startSimulator({ ads: 1, 'report-ms': 0 });
const server = await startServer(simulator, folder, { args: ['--no-worker'] }); // nothing runs: all jobs stay in the list
const range = { since: day(-90), until: day(-1) };
const atOnce = 16;
let next = 0;
await Promise.all(Array.from({ length: atOnce }, async () => {
  while (next < accounts) {
    const added = await addIntegration(server, `act_${++next}`, range);
    if (added.status !== 202) throw new Error(added.text);
  }
}));
process.stderr.write(`${accounts} accounts, ${accounts * 3} jobs\n`);

const { browser, page } = await openBrowser();
await page.goto(`${server.url}/#token=${token}`);
await page.locator('h1').waitFor();
// A mark in the trace at the moment at which the first row is in the document.
await page.addInitScript(() => {
  new MutationObserver((_, observer) => {
    if (!document.querySelector('main [data-job], main [data-account], main [data-freshness]')) return;
    observer.disconnect();
    requestAnimationFrame(() => performance.mark('adfill rows'));
  }).observe(document, { childList: true, subtree: true });
});

async function measure(path) {
  await browser.startTracing(page, { categories: ['loading', 'blink.user_timing', 'devtools.timeline', 'disabled-by-default-devtools.timeline'] });
  await page.goto(server.url + path);
  await page.waitForFunction(() => performance.getEntriesByName('adfill rows').length > 0);
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString());
  const begin = Math.max(...traceEvents.filter((event) => event.name === 'navigationStart' && event.args?.data?.documentLoaderURL?.startsWith(server.url)).map((event) => event.ts));
  const after = (name) => traceEvents.filter((event) => event.name === name && event.ts >= begin).map((event) => (event.ts - begin) / 1000);
  const tasks = traceEvents.filter((event) => event.name === 'RunTask' && event.ts >= begin && event.dur).map((event) => event.dur / 1000);
  return {
    first_paint_ms: Math.round(Math.min(...after('firstContentfulPaint'))),
    first_rows_ms: Math.round(Math.min(...after('adfill rows'))),
    longest_task_ms: Math.round(Math.max(...tasks)),
    elements: await page.evaluate(() => document.querySelectorAll('*').length),
  };
}

// To the end of the list, page by page as they come.
async function scrollToEnd(path, row, count) {
  await page.goto(server.url + path);
  await page.locator(row).first().waitFor();
  const begun = performance.now();
  for (;;) {
    await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));
    const last = await page.evaluate((each) => Number([...document.querySelectorAll(each)].at(-1)?.dataset.index ?? -1), row);
    if (last >= count - 1) break;
    if (performance.now() - begun > 60_000) throw new Error(`the end of ${path} was not reached: row ${last} of ${count}`);
    await page.waitForTimeout(20);
  }
  return { seconds: Number(((performance.now() - begun) / 1000).toFixed(1)), elements: await page.evaluate(() => document.querySelectorAll('*').length) };
}

const result = { bench: 'monitor', accounts, listed_jobs: accounts * 3 };
const rounds = 3;
for (const [name, path] of [['overview', '/'], ['jobs', '/jobs'], ['integrations', '/integrations']]) {
  const seen = [];
  for (let round = 0; round < rounds; ++round) seen.push(await measure(path));
  const middle = (field) => seen.map((each) => each[field]).sort((a, b) => a - b)[rounds >> 1];
  result[name] = Object.fromEntries(Object.keys(seen[0]).map((field) => [field, middle(field)]));
  process.stderr.write(`${name}: ${JSON.stringify(result[name])}\n`);
}
result.jobs_to_the_end = await scrollToEnd('/jobs', 'tr[data-job]', accounts * 3);
result.integrations_to_the_end = await scrollToEnd('/integrations', 'tr[data-account]', accounts);
await browser.close();
await server.stop();
await simulator.stop();
fs.rmSync(folder, { recursive: true });
console.log(JSON.stringify(result));
