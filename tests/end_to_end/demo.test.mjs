import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import net from 'node:net';
import { once } from 'node:events';
import { test } from 'node:test';
import { binary, freePort } from './adfill.mjs';

test('the demo collects two years exactly, survives throttling and faults, and says so in one JSON object', async () => {
  const port = await freePort();
  const run = spawnSync(binary, ['demo', '--once', '--json', '--port', String(port)], { encoding: 'utf8', timeout: 90_000 });
  assert.equal(run.status, 0, run.stderr.slice(-3000));
  const summary = JSON.parse(run.stdout.trim().split('\n').at(-1));
  assert.equal(summary.exact, true);
  assert.deepEqual(summary.totals.stored, summary.totals.platform);
  assert.ok(summary.seconds < 60);
  assert.match(run.stdout, /"seconds":\d+\.\d\d[,}]/);
  const jobs = Object.fromEntries(summary.jobs.map((job) => [job.collection_type, job]));
  assert.deepEqual([jobs.ads.chunks_total, jobs.demographics.chunks_total, jobs.creatives.chunks_total], [8, 12, 1]);
  for (const job of summary.jobs) {
    assert.equal(job.status, 'completed');
    assert.equal(job.chunks_completed, job.chunks_total);
    assert.equal(job.chunks_failed, 0);
    assert.ok(job.rows > 0);
  }
});

test('a port that is taken is said in one line', async (t) => {
  const holder = net.createServer();
  holder.listen(0, '127.0.0.1');
  await once(holder, 'listening');
  t.after(() => holder.close());
  const run = spawnSync(binary, ['demo', '--once', '--port', String(holder.address().port)], { encoding: 'utf8', timeout: 30_000 });
  assert.equal(run.status, 1);
  assert.match(run.stderr, new RegExp(String(holder.address().port)));
});
