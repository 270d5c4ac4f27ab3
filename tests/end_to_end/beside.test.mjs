// Commands beside a running server: they write through the same store, are seen within a second, and take nothing away.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { addIntegration, binary, call, finished, freshFolder, startServer, startSimulator, twoYears } from './adfill.mjs';

function command(folder, simulator, ...args) {
  const run = spawnSync(binary, args, {
    encoding: 'utf8',
    timeout: 60_000,
    env: { ...process.env, ADFILL_DB: `sqlite:${path.join(folder, 'adfill.db')}`, ADFILL_META_URL: simulator.url },
  });
  assert.equal(run.status, 0, `${args.join(' ')}: ${run.stderr}`);
  return run.stdout;
}

function lostFiles(server) {
  const folder = `/proc/${server.child.pid}/fd`;
  const names = fs.readdirSync(folder).map((name) => {
    try {
      return fs.readlinkSync(path.join(folder, name));
    } catch {
      return '';
    }
  });
  return names.filter((name) => /adfill\.db.*\(deleted\)/.test(name));
}

test('what is acknowledged beside other commands is there after kill -9', async (t) => {
  const folder = freshFolder();
  const simulator = await startSimulator({ ads: 3, 'report-ms': 20 });
  t.after(() => simulator.stop());
  let server = await startServer(simulator, folder);
  command(folder, simulator, 'status');
  assert.deepEqual(lostFiles(server), []);

  const added = await addIntegration(server, 'act_1', twoYears());
  assert.equal(added.status, 202, added.text);
  await finished(server, added.json.jobs);
  command(folder, simulator, 'status', '--json');
  assert.deepEqual(lostFiles(server), []);

  await server.stop('SIGKILL');
  server = await startServer(simulator, folder);
  t.after(() => server.stop());
  const kept = await call(server, 'GET', `/v1/integrations/${added.json.integration_id}`);
  assert.equal(kept.status, 200, kept.text);
  assert.equal(kept.json.status, 'success');
});

test('a backfill asked for on the command line is collected by the server beside it', async (t) => {
  const folder = freshFolder();
  const simulator = await startSimulator({ ads: 3, 'report-ms': 20 });
  t.after(() => simulator.stop());
  const server = await startServer(simulator, folder);
  t.after(() => server.stop());
  const added = await addIntegration(server, 'act_1', null);
  assert.equal(added.status, 201, added.text);
  const { since, until } = twoYears();

  command(folder, simulator, 'backfill', '--integration', added.json.integration_id, '--since', since, '--until', until, '--wait');

  const jobs = (await call(server, 'GET', '/v1/jobs')).json.jobs;
  assert.deepEqual(jobs.map((job) => job.status), ['completed', 'completed', 'completed']);
  assert.deepEqual(lostFiles(server), []);
  assert.equal(execFileSync('sqlite3', [path.join(folder, 'adfill.db'), 'PRAGMA integrity_check']).toString().trim(), 'ok');
});

test('what a backfill will take is told on the command line, and nothing is requested', async (t) => {
  const folder = freshFolder();
  const simulator = await startSimulator({ ads: 3, 'report-ms': 20 });
  t.after(() => simulator.stop());
  const server = await startServer(simulator, folder);
  t.after(() => server.stop());
  const added = await addIntegration(server, 'act_1', null);
  const { since, until } = twoYears();
  const asked = ['backfill', '--integration', added.json.integration_id, '--since', since, '--until', until];

  const price = JSON.parse(command(folder, simulator, ...asked, '--estimate', '--json'));
  assert.deepEqual(price.types.map((type) => type.chunks), [8, 12, 1]);
  assert.deepEqual(price.types[0].days, { total: 730, covered: 0, pinned: 0, collecting: 0 });
  assert.ok(price.rows > 1000 && price.calls > 20, JSON.stringify(price));
  const words = command(folder, simulator, ...asked, '--estimate', '--types', 'ads');
  assert.match(words, /about \d+ rows, \d+ calls/);
  assert.match(words, /Nothing was requested/);
  assert.deepEqual((await call(server, 'GET', '/v1/jobs')).json.jobs, []);
  const both = spawnSync(binary, [...asked, '--estimate', '--wait'], { encoding: 'utf8' });
  assert.equal(both.status, 2, both.stderr);
});
