// Rows a second from the simulator's pages into PostgreSQL (fsync on) by one adfill process, first and then unchanged, against
// a bare COPY into a table and a merge from there of the same rows, and against a Node script with node-postgres that upserts
// 500 rows at a time. All in one run on one server that it starts, into tables with the same unique key.
//   node bench/land_postgres.mjs [ads] [days]         needs `npm ci` in bench/
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { addIntegration, call, day, finished, freshFolder, startServer, startSimulator } from '../tests/end_to_end/adfill.mjs';
import { printed, startServer as startPostgres } from './server.mjs';

const { positionals } = parseArgs({ allowPositionals: true });
const ads = Number(positionals[0] ?? 200);
const days = Number(positionals[1] ?? 365);
const folder = freshFolder();
const postgres = await startPostgres();
const url = postgres.database('land');
const psql = (...args) => printed('psql', ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-d', url, ...args]).trim();
const seconds = async (work) => {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
};

async function adfill() {
  const simulator = await startSimulator({ ads, days, 'report-ms': 0 });
  const env = { ADFILL_DB: url, ADFILL_POLL_SECONDS: '0.01', ADFILL_SECRET_KEY: Buffer.alloc(32, 7).toString('base64') };
  const server = await startServer(simulator, folder, { env });
  try {
    const added = await addIntegration(server, 'act_1', null);
    const range = { since: day(-days), until: day(-1), types: ['ads'] };
    const collect = async () => {
      const began = performance.now();
      const answer = await call(server, 'POST', `/v1/integrations/${added.json.integration_id}/initial-collection`, range);
      const [job] = await finished(server, answer.json.jobs, { seconds: 600 });
      if (job.status !== 'completed') throw new Error(JSON.stringify(job));
      return { rows: job.rows, seconds: (performance.now() - began) / 1000 };
    };
    return { first: await collect(), again: await collect() };
  } finally {
    await server.stop();
    await simulator.stop();
  }
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

// One transaction: into a temporary table, from there into the table; rows that are the same are left alone.
function bare(file) {
  psql('-c', `BEGIN; CREATE TEMPORARY TABLE fresh (LIKE bare) ON COMMIT DROP`, '-c', `\\copy fresh FROM '${file}'`,
    '-c', `INSERT INTO bare (${columns}) SELECT ${columns} FROM fresh ORDER BY ${key.join(', ')} ${upsert('bare')}`, '-c', 'COMMIT');
}

async function node(rows) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  for (let at = 0; at < rows.length; at += 500) {
    const some = rows.slice(at, at + 500);
    const places = some.map((row, number) => `(${row.map((_, column) => `$${number * columns.length + column + 1}`).join(', ')})`);
    await client.query(`INSERT INTO script (${columns}) VALUES ${places.join(', ')} ${upsert('script').split('WHERE')[0]}`, some.flat());
  }
  await client.end();
}

try {
  const { first, again } = await adfill();
  const file = path.join(folder, 'rows.txt');
  psql('-c', `SET search_path = public`, '-c', `\\copy (SELECT ${columns.map((column) => (column === 'details' ? 'd.details' : `p.${column}`))} FROM public.ad_performance p JOIN public.ad_performance_details d USING (advertiser_id, id) ORDER BY p.id) TO '${file}'`);
  psql('-c', table('bare'), '-c', table('script'));
  const bare_first = await seconds(() => bare(file));
  const bare_again = await seconds(() => bare(file));
  const rows = fs.readFileSync(file, 'utf8').trimEnd().split('\n')
    .map((line) => line.split('\t').map((text) => (text === '\\N' ? null : text.replaceAll('\\\\', '\\'))));
  if (rows.length !== first.rows) throw new Error(`${rows.length} of ${first.rows} rows`);
  const script_first = await seconds(() => node(rows));
  const script_again = await seconds(() => node(rows));
  const rate = (time) => Math.round(first.rows / time);
  const ratio = (theirs, ours) => Number((theirs / ours).toFixed(2));
  const result = {
    bench: 'land_postgres', rows: first.rows,
    adfill: { first: rate(first.seconds), unchanged: rate(again.seconds) },
    bare: { first: rate(bare_first), unchanged: rate(bare_again) },
    node: { first: rate(script_first), unchanged: rate(script_again) },
    ratio_to_bare: { first: ratio(bare_first, first.seconds), unchanged: ratio(bare_again, again.seconds) },
    ratio_to_node: { first: ratio(script_first, first.seconds), unchanged: ratio(script_again, again.seconds) },
  };
  console.error(`rows/s first and unchanged: adfill ${result.adfill.first}, ${result.adfill.unchanged}; bare COPY and merge ${result.bare.first}, ${result.bare.unchanged}; node ${result.node.first}, ${result.node.unchanged}`);
  console.log(JSON.stringify(result));
} finally {
  await postgres.stop();
  fs.rmSync(folder, { recursive: true });
}
