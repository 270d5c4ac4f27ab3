// adfill import-supabase, as its user runs it: from a database as the replaced system had it, into both homes.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { accessToken, binary, call, day, freshFolder, startServer, startSimulator, totals, until } from './adfill.mjs';
import { startPostgres } from './postgres.mjs';
import { accounts, acme, contents, other, schema } from './replaced_database.mjs';

const key = Buffer.alloc(32, 9).toString('base64');
const range = { since: day(-120), until: day(-1) };
let postgres;
let simulator;
let old;

before(async () => {
  postgres = await startPostgres();
  simulator = await startSimulator({ ads: 5, days: 200 });
  old = postgres.database('old');
  postgres.sql(schema + contents({ ...range, token: accessToken }), old);
});

after(async () => {
  await simulator?.stop();
  await postgres?.stop();
});

// Ends by itself, or is killed after `killAfter` ms.
function run(args, target, { from = old, killAfter } = {}) {
  const env = { ...process.env, ADFILL_DB: target, ADFILL_SECRET_KEY: key, ADFILL_META_URL: simulator.url };
  return new Promise((resolve) => {
    const child = execFile(binary, ['import-supabase', '--from', from, ...args], { env }, (error, stdout, stderr) =>
      resolve({ code: error ? (error.code ?? error.signal) : 0, stdout, stderr }));
    if (killAfter !== undefined) setTimeout(() => child.kill('SIGKILL'), killAfter);
  });
}

async function imported(target, options) {
  const ended = await run(['--json'], target, options);
  assert.equal(ended.code, 0, ended.stderr);
  const report = JSON.parse(ended.stdout);
  for (const table of report.tables) assert.equal(table.copied + table.there + table.left_out, table.found, table.name);
  return { ...report, table: (name) => report.tables.find((one) => one.name === name) };
}

// Served on it, until the test has ended.
async function serve(t, target, folder) {
  const server = await startServer(simulator, folder, { env: { ADFILL_DB: target, ADFILL_SECRET_KEY: key } });
  t.after(() => server.stop());
  return server;
}

// What the old database holds of an account, as /v1/performance tells it.
function truth(table, advertiser, source, days = range) {
  const [rows, impressions, clicks, cost] = postgres.sql(
    `SELECT count(*), sum(impressions), sum(clicks), CAST(sum(CAST(cost AS numeric)) AS numeric(20, 6)) FROM ${table}
     WHERE advertiser_id = '${advertiser}' AND source = '${source}' AND date BETWEEN '${days.since}' AND '${days.until}'`, old).split('|');
  return { rows: Number(rows), impressions: Number(impressions), clicks: Number(clicks), cost };
}

async function stored(server, integration, type, days = range) {
  const query = `integration_id=${integration}&type=${type}&since=${days.since}&until=${days.until}&group=total`;
  const answer = await call(server, 'GET', `/v1/performance?${query}`);
  assert.equal(answer.status, 200, answer.text);
  const [row] = answer.json.rows;
  return { rows: row.rows, impressions: row.impressions, clicks: row.clicks, cost: Number(row.cost).toFixed(6) };
}

async function assertFigures(server) {
  for (const [integration, advertiser, source] of [[accounts.meta, acme, 'meta'], [accounts.google, acme, 'google_ads'], [accounts.silent, other, 'meta']]) {
    assert.deepEqual(await stored(server, integration, 'ads'), truth('ad_performance', advertiser, source));
    assert.deepEqual(await stored(server, integration, 'demographics'), truth('ad_performance_demographics', advertiser, source));
  }
}

const homes = {
  SQLite: () => {
    const folder = freshFolder();
    return { folder, target: `sqlite:${path.join(folder, 'adfill.db')}` };
  },
  PostgreSQL: (name) => ({ folder: freshFolder(), target: postgres.database(name) }),
};

for (const [home, make] of Object.entries(homes)) {
  test(`moved into ${home}: totals are equal, what stays behind is told with its reason, and a second run changes nothing`, async (t) => {
    const { folder, target } = make('moved_in');
    const first = await imported(target);
    assert.deepEqual(first.table('integrations'), { name: 'integrations', found: 4, copied: 3, there: 0, left_out: 1 });
    assert.deepEqual(first.table('collection_jobs'), { name: 'collection_jobs', found: 3, copied: 3, there: 0, left_out: 0 });
    assert.deepEqual(first.table('ad_performance'), { name: 'ad_performance', found: 1201, copied: 1200, there: 0, left_out: 1 });
    assert.equal(first.table('ad_performance_demographics').left_out, 6);
    assert.deepEqual(first.table('ad_creatives'), { name: 'ad_creatives', found: 5, copied: 5, there: 0, left_out: 0 });
    const notes = first.notes.join('\n');
    assert.match(notes, /has no source 'myspace'/);
    assert.match(notes, /act_2 of Other .* needs credentials, none could be read/);
    assert.match(notes, /is paused: adfill can't collect from google_ads yet/);
    assert.match(notes, /1 rows were left out, advertiser .* has no integration on meta/);
    assert.match(notes, /\d+ days were written while the platform still changed them/);

    const server = await serve(t, target, folder);
    await assertFigures(server);
    const integrations = (await call(server, 'GET', '/v1/integrations')).json.integrations;
    const states = Object.fromEntries(integrations.map((one) => [one.account_id, one.status]));
    assert.deepEqual(states, { act_1: 'error', act_2: 'needs_auth', 1234567890: 'paused' });
    const jobs = (await call(server, 'GET', `/v1/jobs?integration_id=${accounts.meta}`)).json.jobs;
    assert.deepEqual(jobs.map((job) => [job.collection_type, job.status, job.chunks_completed, job.chunks_failed]).sort(),
      [['ads', 'completed', 2, 0], ['demographics', 'partial', 1, 1]]);
    const coverage = (await call(server, 'GET', `/v1/coverage?integration_id=${accounts.meta}&type=ads`)).json.coverage;
    assert.equal(coverage.length, 120);
    assert.ok(coverage.every((one) => one.state !== 'gap' && one.rows === 5));
    // Nothing is asked of the platform for what moved in.
    assert.equal((await call(server, 'GET', '/v1/jobs?mode=daily')).json.jobs.length, 0);
    await server.stop();

    const second = await imported(target);
    for (const table of second.tables) assert.equal(table.copied, 0, table.name);
    assert.equal(second.table('ad_performance').there, 1200);
    await assertFigures(await serve(t, target, folder));
  });

  test(`an import into ${home} that is killed goes on when it is run again`, async (t) => {
    const { folder, target } = make('killed');
    for (const killAfter of [80, 160, 240, 320]) await run([], target, { killAfter });
    const whole = await imported(target);
    assert.equal(whole.table('ad_performance').left_out, 1);
    await assertFigures(await serve(t, target, folder));
  });
}

test('the platform\'s figures replace those that moved in, and moving in again does not bring the old ones back', async (t) => {
  const { folder, target } = homes.SQLite();
  await imported(target);
  const server = await serve(t, target, folder);
  const schedules = (await call(server, 'GET', `/v1/schedules?integration_id=${accounts.meta}`)).json.schedules;
  assert.equal(schedules.length, 3);
  const ran = await call(server, 'POST', `/v1/schedules/${schedules.find((one) => one.collection_type === 'ads').id}/run`);
  assert.equal(ran.status, 202, ran.text);
  await until('the daily job is done', async () => (await call(server, 'GET', `/v1/jobs/${ran.json.jobs[0].id}`)).json.status === 'completed');
  const window = { since: day(-28), until: day(-1) };
  const settled = { since: range.since, until: day(-70) };
  const now = await totals(server, simulator, accounts.meta, 'act_1', window, 'ads');
  assert.deepEqual(now.stored, now.platform);
  assert.deepEqual(await stored(server, accounts.meta, 'ads', settled), truth('ad_performance', acme, 'meta', settled));
  await server.stop();

  const again = await imported(target);
  assert.equal(again.table('ad_performance').copied, 0);
  const served = await serve(t, target, folder);
  assert.deepEqual((await totals(served, simulator, accounts.meta, 'act_1', window, 'ads')).stored, now.stored);
});

test('an account without credentials waits, and goes on where the old system stopped once it has some', async (t) => {
  const { folder, target } = homes.PostgreSQL('waits');
  await imported(target);
  const server = await serve(t, target, folder);
  const job = async () => (await call(server, 'GET', '/v1/jobs/bbbbbbbb-0000-4000-8000-000000000003')).json;
  assert.equal((await job()).status, 'pending');
  const given = await call(server, 'PATCH', `/v1/integrations/${accounts.silent}`, { credentials: { access_token: accessToken } });
  assert.equal(given.status, 200, given.text);
  await until('its open chunk is collected', async () => (await job()).status === 'completed');
  const both = await totals(server, simulator, accounts.silent, 'act_2', range, 'ads');
  assert.deepEqual(both.stored, both.platform);
  await server.stop();
  const again = await imported(target);
  assert.doesNotMatch(again.notes.join('\n'), /act_2/);
  assert.equal(postgres.sql(`SELECT status FROM integrations WHERE id = '${accounts.silent}'`, target), 'success');
});

test('tokens that moved in are sealed: none stands readable in the database or in what was printed', async () => {
  const { folder, target } = homes.SQLite();
  const ended = await run([], target);
  assert.equal(ended.code, 0, ended.stderr);
  assert.ok(!(ended.stdout + ended.stderr).includes(accessToken));
  for (const file of fs.readdirSync(folder)) assert.ok(!fs.readFileSync(path.join(folder, file)).includes(accessToken), file);
});

test('a day that can\'t be read stays out as a whole, and rows that two accounts could have written stay out', async (t) => {
  const odd = postgres.database('odd');
  postgres.sql(schema + contents({ ...range, token: accessToken }), odd);
  postgres.sql(`UPDATE ad_performance SET impressions = -1 WHERE campaign_ad_id = 'meta-1' AND date = '${day(-50)}' AND advertiser_id = '${acme}';
    INSERT INTO integrations (advertiser_id, source, account_id) VALUES ('${other}', 'meta', 'act_3')`, odd);
  const { folder, target } = homes.SQLite();
  const report = await imported(target, { from: odd });
  assert.equal(report.table('ad_performance').left_out, 1 + 5 + 360);
  const notes = report.notes.join('\n');
  assert.match(notes, new RegExp(`day ${day(-50)} was left out, impressions is '-1'`));
  assert.match(notes, /360 rows were left out, they don't say which of several accounts they are of/);
  const server = await serve(t, target, folder);
  const coverage = (await call(server, 'GET', `/v1/coverage?integration_id=${accounts.meta}&type=ads`)).json.coverage;
  assert.deepEqual(coverage.filter((one) => one.state === 'gap').map((one) => one.date ?? one.day), [day(-50)]);
});

test('a dry run writes nothing', async () => {
  const { folder, target } = homes.SQLite();
  const ended = await run(['--dry-run', '--json'], target);
  assert.equal(ended.code, 0, ended.stderr);
  assert.equal(JSON.parse(ended.stdout).tables.find((one) => one.name === 'ad_performance').to_copy, 1200);
  assert.deepEqual(fs.readdirSync(folder), []);
});

test('what can\'t be moved in from, or into, is said in one line', async () => {
  const { target } = homes.SQLite();
  const refused = async (words, given, options, code = 1) => {
    const ended = await run([], given, options);
    assert.equal(ended.code, code, ended.stderr);
    const lines = ended.stderr.trim().split('\n');
    assert.match(lines.at(-1), words);
    assert.equal(lines.filter((line) => line.startsWith('adfill: ')).length, 1);
  };
  await refused(/There is no table integrations/, target, { from: postgres.database('empty') });
  await refused(/can't be reached/, target, { from: 'postgresql://nobody@127.0.0.1:1/none' });
  await refused(/--from must be postgresql/, target, { from: 'sqlite:old.db' }, 2);
  await refused(/holds the replaced system's tables/, old);
  const own = postgres.database('own');
  assert.equal((await run([], own)).code, 0);
  await refused(/adfill's own/, target, { from: own });
  // A role that may see only some of the rows gets no half of them.
  const guarded = postgres.database('guarded');
  postgres.sql(`${schema} ${contents({ ...range, token: accessToken })} CREATE ROLE reader LOGIN; GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader;
    ALTER TABLE ad_performance ENABLE ROW LEVEL SECURITY`, guarded);
  await refused(/row-level security/, target, { from: guarded.replace('adfill@', 'reader@') });
});
