// Starts that go wrong on somebody's machine: wrong usage, a database without its key or with another one, few files allowed, a store that
// refuses for a moment while a command waits.
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { addIntegration, binary, day, finished, freshFolder, startServer, startSimulator, token, until } from './adfill.mjs';

// A database with one account's credentials, as a backup would hold it.
async function collectedDatabase(t, simulator) {
  const folder = freshFolder();
  t.after(() => fs.rmSync(folder, { recursive: true }));
  const server = await startServer(simulator, folder);
  const added = await addIntegration(server, 'act_1', { since: day(-3), until: day(-1) });
  assert.equal(added.status, 202, added.text);
  await finished(server, added.json.jobs);
  assert.equal(await server.stop(), 0);
  return { folder, database: path.join(folder, 'adfill.db'), integration: added.json.integration_id };
}

function run(args, simulator, database) {
  return spawnSync(binary, args, {
    encoding: 'utf8',
    timeout: 20_000,
    env: { ...process.env, ADFILL_DB: `sqlite:${database}`, ADFILL_LISTEN: '127.0.0.1:0', ADFILL_META_URL: simulator.url },
  });
}

test('a database without its key, or with another one, is not worked on, and no key is made in its place', async (t) => {
  const simulator = await startSimulator();
  t.after(() => simulator.stop());
  const { folder, database, integration } = await collectedDatabase(t, simulator);
  const key = fs.readFileSync(`${database}.key`);
  const commands = [
    ['serve'],
    ['worker'],
    ['backfill', '--integration', integration, '--since', day(-3), '--until', day(-1)],
  ];

  fs.rmSync(`${database}.key`);
  for (const args of commands) {
    const refused = run(args, simulator, database);
    assert.equal(refused.status, 1, refused.stderr);
    assert.match(refused.stderr, /adfill\.db\.key is missing/);
    assert.match(refused.stderr, /backup/);
    assert.ok(!fs.existsSync(`${database}.key`));
  }

  fs.writeFileSync(`${database}.key`, `${Buffer.alloc(32, 7).toString('base64')}\n`);
  for (const args of commands) {
    const refused = run(args, simulator, database);
    assert.equal(refused.status, 1, refused.stderr);
    assert.match(refused.stderr, /key .*does not open the stored credentials/);
  }
  // The way out when the key is lost for good: new credentials under the new key.
  const replaced = run(['integration', 'update', integration, '--token', 'EAAanotherToken0123456789'], simulator, database);
  assert.equal(replaced.status, 0, replaced.stderr);
  const server = await startServer(simulator, folder);
  assert.equal(await server.stop(), 0);

  fs.writeFileSync(`${database}.key`, key);
  assert.equal(run(['serve'], simulator, database).status, 1);
});

test('a database that holds no credentials gets a key', async (t) => {
  const simulator = await startSimulator();
  t.after(() => simulator.stop());
  const { folder, database, integration } = await collectedDatabase(t, simulator);
  const removed = run(['integration', 'remove', integration], simulator, database);
  assert.equal(removed.status, 0, removed.stderr);
  fs.rmSync(`${database}.key`);
  const server = await startServer(simulator, folder);
  assert.ok(fs.existsSync(`${database}.key`));
  assert.equal(await server.stop(), 0);
});

test('serve takes as many files as the machine allows it', async (t) => {
  const folder = freshFolder();
  t.after(() => fs.rmSync(folder, { recursive: true }));
  const simulator = await startSimulator();
  t.after(() => simulator.stop());
  const server = await startServer(simulator, folder, { under: ['prlimit', '--nofile=256:3000'] });
  const limits = fs.readFileSync(`/proc/${server.child.pid}/limits`, 'utf8');
  assert.match(limits, /Max open files +3000 +3000/);
  assert.equal(await server.stop(), 0);
});

test('a backfill that waits goes on when the store refuses for a moment', async (t) => {
  const simulator = await startSimulator({ 'latency-ms': 150 });
  t.after(() => simulator.stop());
  const { database, integration } = await collectedDatabase(t, simulator);
  const sql = (statement) => execFileSync('sqlite3', ['-cmd', '.timeout 5000', database, statement]).toString().trim();
  const waiting = spawn(
    binary,
    ['backfill', '--integration', integration, '--since', day(-60), '--until', day(-1), '--types', 'ads', '--wait', '--json'],
    { env: { ...process.env, ADFILL_DB: `sqlite:${database}`, ADFILL_META_URL: simulator.url, ADFILL_POLL_SECONDS: '0.05' } },
  );
  let output = '';
  for (const stream of [waiting.stdout, waiting.stderr]) stream.on('data', (bytes) => (output += bytes));
  const exited = once(waiting, 'exit');
  t.after(() => waiting.kill('SIGKILL'));
  await until('it works', () => sql("SELECT count(*) FROM collection_queue WHERE status = 'processing'") !== '0');
  sql('ALTER TABLE collection_queue RENAME TO collection_queue_away');
  await new Promise((resolve) => setTimeout(resolve, 1000));
  assert.equal(waiting.exitCode ?? waiting.signalCode, null, output);
  sql('ALTER TABLE collection_queue_away RENAME TO collection_queue');
  const [status, signal] = await exited;
  assert.deepEqual([status, signal], [0, null], output);
});

test('wrong usage is said with the command, and without what may be a secret', () => {
  const id = '3f0c1a52-8d1e-4c55-9a0b-6f1f1f0f2c11';
  const cases = [
    [['history', '--integration', id, '--access-token=EAAsecret'], 'adfill: --access-token is no option of adfill history. See adfill history --help.\n'],
    [['history', '--integration', id, '--access-token', 'EAAsecret'], 'adfill: --access-token is no option of adfill history. See adfill history --help.\n'],
    [['status', 'EAAsecret'], 'adfill: adfill status was given an argument too many. See adfill status --help.\n'],
    [['integration', 'add'], 'adfill: --advertiser is required. See adfill integration add --help.\n'],
    [['nonsense'], 'adfill: There is no command nonsense. See adfill --help.\n'],
    [['bakcfil', '--wait'], 'adfill: There is no command bakcfil. Did you mean backfill? See adfill --help.\n'],
    [['integration', 'lst'], 'adfill: adfill integration has no such command. Did you mean list? See adfill integration --help.\n'],
    [['integration', 'EAAsecret'], 'adfill: adfill integration has no such command. See adfill integration --help.\n'],
    [['status', '--jsn'], 'adfill: --jsn is no option of adfill status. Did you mean --json? See adfill status --help.\n'],
  ];
  for (const [args, words] of cases) {
    const ended = spawnSync(binary, args, { encoding: 'utf8', timeout: 20_000 });
    assert.deepEqual([ended.status, ended.stderr], [2, words]);
  }
});

test('a move from where nothing is makes nothing, and a key that is none is wrong usage', (t) => {
  const folder = freshFolder();
  t.after(() => fs.rmSync(folder, { recursive: true }));
  const nowhere = path.join(folder, 'nowhere.db');
  const move = spawnSync(binary, ['move', `sqlite:${nowhere}`, `sqlite:${path.join(folder, 'to.db')}`], { encoding: 'utf8', timeout: 20_000 });
  assert.equal(move.status, 1);
  assert.match(move.stderr, /There is no database .*nowhere\.db\. /);
  assert.deepEqual(fs.readdirSync(folder), []);

  const serve = spawnSync(binary, ['serve'], {
    encoding: 'utf8',
    timeout: 20_000,
    env: { ...process.env, ADFILL_DB: `sqlite:${path.join(folder, 'adfill.db')}`, ADFILL_LISTEN: '127.0.0.1:0', ADFILL_SECRET_KEY: 'short' },
  });
  assert.equal(serve.status, 2, serve.stderr);
  assert.match(serve.stderr, /ADFILL_SECRET_KEY/);
});

test('what is secret in the environment is gone from it once adfill runs', async (t) => {
  const simulator = await startSimulator();
  t.after(() => simulator.stop());
  const folder = freshFolder();
  const key = Buffer.alloc(32, 9).toString('base64');
  const server = await startServer(simulator, folder, { env: { ADFILL_SECRET_KEY: key, ADFILL_SMTP_PASSWORD: 'Gehe1mnis' } });
  t.after(async () => {
    await server.stop();
    fs.rmSync(folder, { recursive: true });
  });
  const environment = fs.readFileSync(`/proc/${server.child.pid}/environ`, 'latin1');
  assert.ok(environment.includes('ADFILL_META_URL='));
  for (const secret of [key, token, 'Gehe1mnis']) assert.ok(!environment.includes(secret));
  const added = await addIntegration(server, 'act_1', null);
  assert.equal(added.status, 201, added.text);
});
