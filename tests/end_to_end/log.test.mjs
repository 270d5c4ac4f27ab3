// The log of the real binary: as JSON an object a line, whatever the platform says; as text a line a person can read.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { accessToken, addIntegration, binary, call, day, finished, freshFolder, startServer, startSimulator, token, until } from './adfill.mjs';

const hostile = 'no\n{"level":"error","message":"mine"}\r\u001b[31m "quoted" \\ \u2028 한국 😀';
const times = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

// Collects ten days over faults of every kind that is worth a line, and gives what was written.
async function logOf(t, format) {
  const folder = freshFolder();
  t.after(() => fs.rmSync(folder, { recursive: true }));
  const simulator = await startSimulator({ ads: 4 });
  t.after(() => simulator.stop());
  const server = await startServer(simulator, folder, { env: { ADFILL_LOG_FORMAT: format, ADFILL_LOG: 'debug', ADFILL_ALERT_SECONDS: '0.1' } });
  const range = { since: day(-10), until: day(-1) };
  await simulator.post('/simulator/fault', { kind: 'error', code: 2, status: 500, count: 6, on: 'report', message: hostile });
  await simulator.post('/simulator/fault', { kind: 'too_large', count: 1, on: 'report' });
  const added = await addIntegration(server, 'act_1', range);
  assert.equal(added.status, 202, added.text);
  await finished(server, added.json.jobs);
  await simulator.post('/simulator/fault', { kind: 'expired_token', rate: 1 });
  const again = await call(server, 'POST', `/v1/integrations/${added.json.integration_id}/initial-collection`, { ...range, types: ['ads'] });
  assert.equal(again.status, 202, again.text);
  await until('the account needs credentials', () => server.output.includes('needs new credentials'));
  await until('the alert is told', () => server.output.includes('alert credentials'));
  assert.equal(await server.stop(), 0);
  const log = fs.readFileSync(path.join(folder, 'server.log'));
  const output = new TextDecoder('utf-8', { fatal: true }).decode(log);
  assert.ok(!output.includes(accessToken) && !output.includes(token));
  return { lines: output.split('\n').filter((line) => line !== '' && !line.startsWith('adfill listens')), added: added.json };
}

test('as JSON every line is an object with its time in UTC, and has the ids of what it is about', async (t) => {
  const { lines, added } = await logOf(t, 'json');
  const entries = lines.map((line) => JSON.parse(line));
  for (const entry of entries) {
    assert.match(entry.time, times);
    assert.ok(['debug', 'info', 'warn', 'error'].includes(entry.level), entry.level);
    assert.ok(entry.message.length > 0);
  }
  const about = (words) => {
    const found = entries.filter((entry) => entry.message.includes(words));
    assert.ok(found.length > 0, `${words}\n${lines.join('\n')}`);
    return found;
  };
  const jobs = new Map();
  for (const words of ['begun', 'completed', 'again at', 'needs new credentials', 'at once']) {
    for (const entry of about(words)) {
      assert.equal(entry.integration_id, added.integration_id, words);
      for (const id of ['job_id', 'chunk_id', 'attempt_id']) assert.match(entry[id], /^[0-9a-f-]{36}$/, `${words}: ${id}`);
      jobs.set(entry.job_id, true);
    }
  }
  for (const job of added.jobs) assert.ok(jobs.has(job.id));
  for (const entry of about('again at')) assert.equal(entry.failure, 'transient');
  assert.equal(about('"quoted"')[0].level, 'warn');
  assert.ok(about('needs new credentials')[0].trace_id);
  for (const entry of about('alert credentials')) assert.equal(entry.integration_id, added.integration_id);
  assert.equal(Object.keys(about('stopping')[0]).length, 3);
});

test('as text a line begins with its time and level and ends with the ids', async (t) => {
  const { lines, added } = await logOf(t, 'text');
  for (const line of lines) assert.match(line, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (debug|info|warn|error) \S/);
  const failed = lines.find((line) => line.includes('again at') && line.includes('"quoted"'));
  assert.match(failed, new RegExp(`warn \\w+ ${day(-10)}\\.\\.${day(-1)} of act_1: .*; again at [^ ]+ integration_id=${added.integration_id} job_id=[0-9a-f-]{36} chunk_id=[0-9a-f-]{36} attempt_id=[0-9a-f-]{36} failure=transient`));
  assert.ok(!failed.includes('\u001b'));
});

test('the error that ends a service is a line of its log', () => {
  const folder = freshFolder();
  const env = { ...process.env, ADFILL_DB: `sqlite:${folder}/none/adfill.db`, ADFILL_LISTEN: '127.0.0.1:0', ADFILL_LOG: 'off' };
  const asJson = spawnSync(binary, ['serve', '--log-format', 'json'], { encoding: 'utf8', env });
  assert.equal(asJson.status, 1);
  const last = JSON.parse(asJson.stderr.trim());
  assert.equal(last.level, 'critical');
  assert.match(last.message, /can't be opened/);
  const asText = spawnSync(binary, ['serve'], { encoding: 'utf8', env });
  assert.match(asText.stderr, /^adfill: .*can't be opened/);
  const wrong = spawnSync(binary, ['serve', '--log-format', 'xml'], { encoding: 'utf8', env });
  assert.deepEqual([wrong.status, wrong.stderr], [2, 'adfill: --log-format must be text or json.\n']);
  fs.rmSync(folder, { recursive: true });
});
