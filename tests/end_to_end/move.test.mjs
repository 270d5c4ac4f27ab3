// adfill move and adfill backup, as their user runs them.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { accessToken, addIntegration, binary, call, day, finished, freshFolder, startServer, startSimulator, totals } from './adfill.mjs';
import { startPostgres } from './postgres.mjs';

const range = { since: day(-90), until: day(-1) };
const key = Buffer.alloc(32, 7).toString('base64');
let postgres;
let simulator;
let folder;
let integration;

// Ends by itself, or is killed after `killAfter` ms. `key`: PostgreSQL's, in the environment.
function adfill(args, { killAfter, env = {} } = {}) {
  return new Promise((resolve) => {
    const child = execFile(binary, args, { env: { ...process.env, ...env } }, (error, stdout, stderr) =>
      resolve({ code: error ? (error.code ?? error.signal) : 0, stdout, stderr }));
    if (killAfter !== undefined) setTimeout(() => child.kill('SIGKILL'), killAfter);
  });
}

before(async () => {
  postgres = await startPostgres();
  simulator = await startSimulator({ ads: 20, days: 120 });
  folder = freshFolder();
  const server = await startServer(simulator, folder);
  const added = await addIntegration(server, 'act_1', range);
  integration = added.json.integration_id;
  await finished(server, added.json.jobs);
  await server.stop();
});

after(async () => {
  await simulator?.stop();
  await postgres?.stop();
});

const source = () => `sqlite:${path.join(folder, 'adfill.db')}`;

test('a database that is killed while it moves moves on when it is told again, and collects on PostgreSQL', async () => {
  const target = postgres.database('moved');
  for (const killAfter of [60, 150, 300]) await adfill(['move', source(), target], { killAfter, env: { ADFILL_SECRET_KEY: key } });

  const moved = await adfill(['move', source(), target, '--json'], { env: { ADFILL_SECRET_KEY: key } });

  assert.equal(moved.code, 0, moved.stderr);
  const report = JSON.parse(moved.stdout);
  for (const table of report.tables) assert.deepEqual(table.to, table.from, table.name);
  const figures = report.tables.find((table) => table.name === 'ad_performance');
  assert.ok(Number(figures.to.count) > 500);
  const server = await startServer(simulator, folder, { env: { ADFILL_DB: target, ADFILL_SECRET_KEY: key } });
  try {
    for (const type of ['ads', 'demographics']) {
      const both = await totals(server, simulator, integration, 'act_1', range, type);
      assert.deepEqual(both.stored, both.platform);
    }
    // The credentials were sealed anew: the account is read with them.
    const again = await call(server, 'POST', `/v1/integrations/${integration}/initial-collection`, { since: day(-100), until: day(-80), types: ['ads'] });
    assert.equal(again.status, 202, again.text);
    const [job] = await finished(server, again.json.jobs);
    assert.equal(job.status, 'completed', job.error_message);
  } finally {
    await server.stop();
  }
});

test('a move that was finished is repeated without an effect, and refused once the target has gone on', async () => {
  const target = postgres.database('twice');
  const env = { ADFILL_SECRET_KEY: key };
  assert.equal((await adfill(['move', source(), target], { env })).code, 0);
  const repeated = await adfill(['move', source(), target, '--json'], { env });
  assert.equal(repeated.code, 0, repeated.stderr);
  assert.equal(JSON.parse(repeated.stdout).repeated, true);

  postgres.sql('DELETE FROM ad_performance WHERE id IN (SELECT id FROM ad_performance LIMIT 1)', target);
  const refused = await adfill(['move', source(), target], { env });
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /has gone on since/);
});

test('a database that holds data, one that is at work, and two of a kind are refused', async () => {
  const env = { ADFILL_SECRET_KEY: key };
  const target = postgres.database('foreign_data');
  assert.equal((await adfill(['migrate', 'up', '--db', target], { env })).code, 0);
  postgres.sql("INSERT INTO advertisers (name) VALUES ('Somebody')", target);
  const foreign = await adfill(['move', source(), target], { env });
  assert.equal(foreign.code, 1);
  assert.match(foreign.stderr, /holds data already/);

  const same = await adfill(['move', source(), `sqlite:${path.join(folder, 'other.db')}`]);
  assert.equal(same.code, 1);
  assert.match(same.stderr, /adfill backup/);

  const server = await startServer(simulator, folder);
  try {
    const busy = await adfill(['move', source(), postgres.database('busy')], { env });
    assert.equal(busy.code, 1);
    assert.match(busy.stderr, /at work on/);
  } finally {
    await server.stop();
  }
});

test('a database moves back from PostgreSQL to a SQLite file', async () => {
  const env = { ADFILL_SECRET_KEY: key };
  const target = postgres.database('there_and_back');
  assert.equal((await adfill(['move', source(), target], { env })).code, 0);
  const back = path.join(freshFolder(), 'adfill.db');
  const moved = await adfill(['move', target, `sqlite:${back}`, '--json'], { env });
  assert.equal(moved.code, 0, moved.stderr);
  for (const table of JSON.parse(moved.stdout).tables) assert.deepEqual(table.to, table.from, table.name);
  const server = await startServer(simulator, path.dirname(back), { env });
  try {
    const both = await totals(server, simulator, integration, 'act_1', range, 'ads');
    assert.deepEqual(both.stored, both.platform);
  } finally {
    await server.stop();
  }
});

test('a backup is made while the server works, whole, without the key, and never over another file', async () => {
  const server = await startServer(simulator, folder);
  const copy = path.join(freshFolder(), 'copy.db');
  try {
    const made = await adfill(['backup', copy, '--db', source(), '--json']);
    assert.equal(made.code, 0, made.stderr);
    assert.equal(JSON.parse(made.stdout).bytes, fs.statSync(copy).size);
    assert.equal(fs.statSync(copy).mode & 0o777, 0o600);
    const again = await adfill(['backup', copy, '--db', source()]);
    assert.equal(again.code, 1);
    assert.match(again.stderr, /is there already/);
  } finally {
    await server.stop();
  }
  assert.ok(!fs.readFileSync(copy).includes(accessToken));
  fs.copyFileSync(path.join(folder, 'adfill.db.key'), path.join(path.dirname(copy), 'copy.db.key'));
  const restored = await startServer(simulator, folder, { env: { ADFILL_DB: `sqlite:${copy}` } });
  try {
    const both = await totals(restored, simulator, integration, 'act_1', range, 'ads');
    assert.deepEqual(both.stored, both.platform);
  } finally {
    await restored.stop();
  }
});
