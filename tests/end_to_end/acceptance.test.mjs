// The replaced system's acceptance test, its six steps as one.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { test } from 'node:test';
import { addIntegration, accessToken, call, finished, freshFolder, startServer, startSimulator, totals, twoYears, until } from './adfill.mjs';
import fs from 'node:fs';

test('two years: 202 at once, 8 pending chunks, a job a type, progress, completed, success', async (t) => {
  const folder = freshFolder();
  const simulator = await startSimulator({ 'report-ms': 300 });
  t.after(() => simulator.stop());
  const server = await startServer(simulator, folder);
  t.after(() => server.stop());
  const range = twoYears();

  const asked = performance.now();
  const answer = await addIntegration(server, 'act_1', range);
  t.diagnostic(`answered in ${(performance.now() - asked).toFixed(1)} ms`);
  assert.equal(answer.status, 202, answer.text);
  assert.match(answer.json.integration_id, /^[0-9a-f-]{36}$/);
  const planned = Object.fromEntries(answer.json.jobs.map((job) => [job.collection_type, job.chunks_total]));
  assert.deepEqual(planned, { ads: 8, demographics: 12, creatives: 1 });

  const queued = execFileSync('sqlite3', [path.join(folder, 'adfill.db'),
    "SELECT count(*) FROM collection_queue WHERE collection_type = 'ads' AND status IN ('pending', 'processing')"]).toString().trim();
  assert.equal(queued, '8');

  const monitored = await call(server, 'GET', `/v1/jobs?integration_id=${answer.json.integration_id}`);
  assert.equal(monitored.json.jobs.length, 3);

  const ads = answer.json.jobs.find((job) => job.collection_type === 'ads');
  const seen = new Set();
  await until('chunks_completed grows', async () => {
    const job = (await call(server, 'GET', `/v1/jobs/${ads.id}`)).json;
    seen.add(job.chunks_completed);
    return job.status === 'completed';
  });
  assert.ok(seen.size >= 3, `chunks_completed was seen at ${[...seen]}`);

  const jobs = await finished(server, answer.json.jobs);
  for (const job of jobs) {
    assert.equal(job.status, 'completed', JSON.stringify(job));
    assert.equal(job.chunks_completed, job.chunks_total);
  }
  const integration = await call(server, 'GET', `/v1/integrations/${answer.json.integration_id}`);
  assert.equal(integration.json.status, 'success');

  for (const type of ['ads', 'demographics']) {
    const { stored, platform } = await totals(server, simulator, answer.json.integration_id, 'act_1', range, type);
    assert.deepEqual(stored, platform);
  }
  const coverage = await call(server, 'GET', `/v1/coverage?integration_id=${answer.json.integration_id}&type=ads`);
  assert.equal(coverage.json.coverage.length, 730);
  assert.ok(coverage.json.coverage.every((day) => ['fresh', 'moving'].includes(day.state)));

  assert.equal(await server.stop(), 0);
  for (const file of fs.readdirSync(folder)) {
    if (file.endsWith('.key')) continue;
    assert.ok(!fs.readFileSync(path.join(folder, file)).includes(accessToken), `the access token stands in ${file}`);
  }
});

test('the same request again while it runs finds the same jobs; the same account again is a conflict', async (t) => {
  const simulator = await startSimulator({ 'report-ms': 2000 });
  t.after(() => simulator.stop());
  const server = await startServer(simulator, freshFolder());
  t.after(() => server.stop());
  const range = twoYears();
  const first = await addIntegration(server, 'act_1', range);

  const again = await call(server, 'POST', `/v1/integrations/${first.json.integration_id}/initial-collection`, range);
  assert.equal(again.status, 200);
  assert.deepEqual(again.json.jobs.map((job) => job.id).sort(), first.json.jobs.map((job) => job.id).sort());

  const conflict = await addIntegration(server, '1', range);
  assert.equal(conflict.status, 409);
  assert.equal(conflict.json.integration_id, first.json.integration_id);
});

test('a graceful stop hands everything back within ten seconds, and the next start goes on', async (t) => {
  const folder = freshFolder();
  const simulator = await startSimulator({ 'report-ms': 1500 });
  t.after(() => simulator.stop());
  let server = await startServer(simulator, folder);
  const range = twoYears();
  const added = await addIntegration(server, 'act_1', range);
  await until('something is being worked on', async () => (await call(server, 'GET', '/v1/queue')).json.processing > 0);

  const asked = Date.now();
  assert.equal(await server.stop('SIGTERM'), 0);
  assert.ok(Date.now() - asked < 10_000);
  const held = execFileSync('sqlite3', [path.join(folder, 'adfill.db'),
    "SELECT count(*) FROM collection_queue WHERE status = 'processing'"]).toString().trim();
  assert.equal(held, '0');

  server = await startServer(simulator, folder);
  t.after(() => server.stop());
  const jobs = await finished(server, added.json.jobs);
  assert.deepEqual(jobs.map((job) => job.status), ['completed', 'completed', 'completed']);
  // What a stop hands back is no failed try.
  for (const job of jobs) assert.ok(job.chunks.every((chunk) => chunk.retry_count === 0 && chunk.lost_count === 0));
  const { stored, platform } = await totals(server, simulator, added.json.integration_id, 'act_1', range, 'ads');
  assert.deepEqual(stored, platform);
});
