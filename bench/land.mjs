// Rows a second from the simulator's pages into SQLite by one adfill process, against a bare sqlite3 import of the same rows
// into a table with the same unique key, in the same run.   node bench/land.mjs [ads] [days]
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { addIntegration, call, day, finished, freshFolder, startServer, startSimulator } from '../tests/end_to_end/adfill.mjs';

const ads = Number(process.argv[2] ?? 400);
const days = Number(process.argv[3] ?? 730);
const folder = freshFolder();
const simulator = await startSimulator({ ads, days, 'report-ms': 0 });
const server = await startServer(simulator, folder, { env: { ADFILL_POLL_SECONDS: '0.01' } });
const added = await addIntegration(server, 'act_1', null);
const range = { since: day(-days), until: day(-1), types: ['ads'] };

async function collect() {
  const asked = performance.now();
  const answer = await call(server, 'POST', `/v1/integrations/${added.json.integration_id}/initial-collection`, range);
  const [job] = await finished(server, answer.json.jobs, { seconds: 600 });
  if (job.status !== 'completed') throw new Error(JSON.stringify(job));
  return { rows: job.rows, seconds: (performance.now() - asked) / 1000 };
}
const first = await collect();
const again = await collect();
await server.stop();
await simulator.stop();

const database = path.join(folder, 'adfill.db');
const columns = `advertiser_id, source, account_id, date, campaign_ad_id, campaign_id, campaign_name, ad_group_id, ad_group_name,
  ad_id, ad_name, impressions, clicks, cost, conversions, conversion_value, coalesce(reach, 0)`;
fs.writeFileSync(path.join(folder, 'rows.csv'), execFileSync('sqlite3', ['-csv', database,
  `SELECT ${columns}, details.details FROM ad_performance JOIN ad_performance_details AS details USING (id) ORDER BY ad_performance.id`], { maxBuffer: 2 ** 31 - 1 }));
const bare = path.join(folder, 'bare.db');
execFileSync('sqlite3', [bare, `PRAGMA journal_mode = WAL;
  CREATE TABLE bare (advertiser_id TEXT NOT NULL, source TEXT NOT NULL, account_id TEXT NOT NULL, date TEXT NOT NULL,
    campaign_ad_id TEXT NOT NULL, campaign_id TEXT, campaign_name TEXT, ad_group_id TEXT, ad_group_name TEXT, ad_id TEXT, ad_name TEXT,
    impressions INTEGER, clicks INTEGER, cost INTEGER, conversions INTEGER, conversion_value INTEGER, reach INTEGER, details TEXT,
    UNIQUE (advertiser_id, source, account_id, date, campaign_ad_id)) STRICT`]);
const asked = performance.now();
execFileSync('sqlite3', [bare], { input: `.mode csv\n.import ${path.join(folder, 'rows.csv')} bare\n` });
const bareSeconds = (performance.now() - asked) / 1000;

const rate = (rows, seconds) => Math.round(rows / seconds);
console.log(JSON.stringify({
  bench: 'land',
  rows: first.rows,
  rows_per_second_first: rate(first.rows, first.seconds),
  rows_per_second_unchanged: rate(again.rows, again.seconds),
  rows_per_second_bare_import: rate(first.rows, bareSeconds),
  ratio_to_bare: Number((bareSeconds / first.seconds).toFixed(3)),
}));
fs.rmSync(folder, { recursive: true });
