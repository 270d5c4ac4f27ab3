// Rows a second from the simulator's pages into PostgreSQL (fsync on) by one adfill process, first and then unchanged, against
//   a bare COPY into a table and a merge from there of the same rows;
//   a Node script with node-postgres that upserts the same rows, 500 at a time, from its memory;
//   a Node script that does adfill's work: makes the reports, reads their pages over HTTP and upserts a page at a time.
// All in turns on one server that it starts, into tables with the same unique key, fresh accounts and fresh tables a round;
// ratios are medians of those of each round. First for one account, then for several at once that have as many rows together,
// as an agency has them (of the scripts each account after the other).
//   node bench/land_postgres.mjs [ads] [days] [--rounds 3] [--accounts 4]         needs `npm ci` in bench/
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { accessToken, addIntegration, call, day, finished, freshFolder, startServer, startSimulator, until } from '../tests/end_to_end/adfill.mjs';
import { median, printed, startServer as startPostgres } from './server.mjs';

const { positionals, values: flags } = parseArgs({ allowPositionals: true, options: { rounds: { type: 'string', default: '3' }, accounts: { type: 'string', default: '4' } } });
const ads = Number(positionals[0] ?? 200);
const days = Number(positionals[1] ?? 365);
const folder = freshFolder();
const file = path.join(folder, 'rows.txt');
const postgres = await startPostgres();
let url;
const psql = (...args) => printed('psql', ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-d', url, ...args]).trim();
const seconds = async (work) => {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
};

async function collect(server, integrations) {
  const range = { since: day(-days), until: day(-1), types: ['ads'] };
  const began = performance.now();
  const answers = await Promise.all(integrations.map((id) => call(server, 'POST', `/v1/integrations/${id}/initial-collection`, range)));
  const jobs = await finished(server, answers.flatMap((answer) => answer.json.jobs), { seconds: 600 });
  const failed = jobs.find((job) => job.status !== 'completed');
  if (failed) throw new Error(JSON.stringify(failed));
  return { rows: jobs.reduce((all, job) => all + job.rows, 0), seconds: (performance.now() - began) / 1000 };
}

const key = ['advertiser_id', 'source', 'account_id', 'date', 'campaign_ad_id'];
const values = ['campaign_id', 'campaign_name', 'ad_group_id', 'ad_group_name', 'ad_id', 'ad_name', 'impressions', 'clicks', 'cost',
  'conversions', 'conversion_value', 'reach', 'details'];
const columns = [...key, ...values];
const table = (name) => `CREATE TABLE ${name} (advertiser_id uuid NOT NULL, source text NOT NULL, account_id text NOT NULL, date date NOT NULL,
  campaign_ad_id text NOT NULL, campaign_id text, campaign_name text, ad_group_id text, ad_group_name text, ad_id text, ad_name text,
  impressions bigint, clicks bigint, cost numeric(20, 6), conversions numeric(20, 6), conversion_value numeric(20, 6), reach bigint,
  details text, UNIQUE (${key.join(', ')}))`;
const upsert = (name) => `ON CONFLICT (${key.join(', ')}) DO UPDATE SET ${values.map((column) => `${column} = excluded.${column}`).join(', ')}
  WHERE (${values.map((column) => `${name}.${column}`).join(', ')}) IS DISTINCT FROM (${values.map((column) => `excluded.${column}`).join(', ')})`;

// The rows that adfill has landed, as a script would have them in memory; and as COPY's text in the file.
function landed(accounts) {
  const list = columns.map((column) => (column === 'details' ? 'd.details' : `p.${column}`));
  psql('-c', `\\copy (SELECT ${list} FROM public.ad_performance p JOIN public.ad_performance_details d USING (advertiser_id, id) WHERE p.account_id = ANY ('{${accounts}}') ORDER BY p.id) TO '${file}'`);
  return fs.readFileSync(file, 'utf8').trimEnd().split('\n')
    .map((line) => line.split('\t').map((text) => (text === '\\N' ? null : text.replaceAll('\\\\', '\\'))));
}

// One transaction: into a temporary table, from there into the table; rows that are the same are left alone.
function bare() {
  psql('-c', `BEGIN; CREATE TEMPORARY TABLE fresh (LIKE bare) ON COMMIT DROP`, '-c', `\\copy fresh FROM '${file}'`,
    '-c', `INSERT INTO bare (${columns}) SELECT ${columns} FROM fresh ORDER BY ${key.join(', ')} ${upsert('bare')}`, '-c', 'COMMIT');
}

async function insert(client, name, rows) {
  const places = rows.map((row, number) => `(${row.map((_, column) => `$${number * columns.length + column + 1}`).join(', ')})`);
  await client.query(`INSERT INTO ${name} (${columns}) VALUES ${places.join(', ')} ${upsert(name).split('WHERE')[0]}`, rows.flat());
}

async function withClient(work) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

const script = (rows) => withClient(async (client) => {
  for (let at = 0; at < rows.length; at += 500) await insert(client, 'script', rows.slice(at, at + 500));
});

const fields = ['campaign_id', 'campaign_name', 'adset_id', 'adset_name', 'ad_id', 'ad_name', 'impressions', 'clicks', 'spend', 'reach', 'actions',
  'action_values', 'conversions', 'conversion_values', 'account_currency', 'attribution_setting', 'inline_link_clicks'];
const everyStatus = JSON.stringify([{ field: 'ad.effective_status', operator: 'IN', value: ['ACTIVE', 'PAUSED', 'DELETED', 'PENDING_REVIEW', 'DISAPPROVED',
  'PREAPPROVED', 'PENDING_BILLING_INFO', 'CAMPAIGN_PAUSED', 'ARCHIVED', 'ADSET_PAUSED', 'IN_PROCESS', 'WITH_ISSUES'] }]);
const sum = (actions) => (actions ?? []).reduce((all, action) => all + (action.action_type === 'purchase' ? Number(action.value) : 0), 0);
const rowOf = (advertiser, account) => ({ campaign_id, campaign_name, adset_id, adset_name, ad_id, ad_name, impressions, clicks, spend, reach, date_start, ...rest }) =>
  [advertiser, 'meta', account, date_start, ad_id, campaign_id, campaign_name, adset_id, adset_name, ad_id, ad_name, impressions, clicks, spend,
    sum(rest.actions), sum(rest.action_values), reach ?? null, JSON.stringify(rest)];

// Reports of 90 days, as adfill's chunks; page after page.
async function pages(simulator, account, advertiser) {
  const ask = async (method, where, query) => {
    const answer = await fetch(where.startsWith('http') ? where : `${simulator.url}/v26.0/${where}?${new URLSearchParams({ ...query, access_token: accessToken })}`, { method });
    if (!answer.ok) throw new Error(`${where}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  let count = 0;
  await withClient(async (client) => {
    for (let first = -days; first < 0; first += 90) {
      const time_range = JSON.stringify({ since: day(first), until: day(Math.min(-1, first + 89)) });
      const { report_run_id } = await ask('POST', `${account}/insights`, { level: 'ad', time_increment: 1, time_range, fields: fields.join(','), filtering: everyStatus });
      await until('the report is ready', async () => (await ask('GET', report_run_id, {})).async_status === 'Job Completed');
      for (let page = await ask('GET', `${report_run_id}/insights`, { limit: 500 }); page; page = page.paging?.next && await ask('GET', page.paging.next)) {
        const rows = page.data.map(rowOf(advertiser, account));
        if (rows.length > 0) await insert(client, 'script_pages', rows);
        count += rows.length;
      }
    }
  });
  return count;
}

async function both(work) {
  return { first: await seconds(work), unchanged: await seconds(work) };
}

// Seconds of each, first and unchanged.
async function round(server, simulator, accounts) {
  const integrations = [];
  for (const account of accounts) integrations.push((await addIntegration(server, account, null)).json.integration_id);
  const first = await collect(server, integrations);
  const again = await collect(server, integrations);
  psql('-c', 'DROP TABLE IF EXISTS bare, script, script_pages', '-c', table('bare'), '-c', table('script'), '-c', table('script_pages'));
  const rows = landed(accounts);
  if (rows.length !== first.rows) throw new Error(`${rows.length} of ${first.rows} rows`);
  const times = { adfill: { first: first.seconds, unchanged: again.seconds }, bare: await both(bare), node: await both(() => script(rows)) };
  times.node_with_pages = await both(async () => {
    let read = 0;
    for (const account of accounts) read += await pages(simulator, account, rows[0][0]);
    if (read !== rows.length) throw new Error(`${read} of ${rows.length} rows`);
  });
  return { rows: rows.length, times };
}

async function measure(accounts) {
  url = postgres.database(`land_${accounts}`);
  const simulator = await startSimulator({ ads: Math.round(ads / accounts), days, 'report-ms': 0 });
  const env = { ADFILL_DB: url, ADFILL_POLL_SECONDS: '0.01', ADFILL_SECRET_KEY: Buffer.alloc(32, 7).toString('base64') };
  const server = await startServer(simulator, folder, { env });
  try {
    psql('-c', `ALTER DATABASE land_${accounts} SET search_path = public`);
    const all = [];
    for (let number = 0; number < Number(flags.rounds); ++number) {
      all.push(await round(server, simulator, Array.from({ length: accounts }, (_, at) => `act_${number * accounts + at + 1}`)));
    }
    return told(accounts, all);
  } finally {
    await server.stop();
    await simulator.stop();
  }
}

function told(accounts, all) {
  const of = (value) => ({ first: median(all.map((one) => value(one, 'first'))), unchanged: median(all.map((one) => value(one, 'unchanged'))) });
  const result = { rows: all.map((one) => one.rows) };
  for (const name of ['adfill', 'bare', 'node', 'node_with_pages']) {
    const rate = of((one, which) => Math.round(one.rows / one.times[name][which]));
    result[name] = rate;
    if (name !== 'adfill') result[`ratio_to_${name}`] = of((one, which) => Number((one.times[name][which] / one.times.adfill[which]).toFixed(2)));
    const ratio = result[`ratio_to_${name}`];
    const whose = accounts > 1 ? `${accounts} accounts, ` : '';
    console.error(`${whose}${name}: ${rate.first} rows/s first, ${rate.unchanged} unchanged${ratio ? `; adfill is ${ratio.first} and ${ratio.unchanged} of it` : ''}`);
  }
  return result;
}

try {
  const result = { bench: 'land_postgres', ...(await measure(1)) };
  const accounts = Number(flags.accounts);
  if (accounts > 1) result.several = { accounts, ...(await measure(accounts)) };
  console.log(JSON.stringify(result));
} finally {
  await postgres.stop();
  fs.rmSync(folder, { recursive: true });
}
