// A full disk, imitated by a limit on the size of every file: an error that says what to do, nothing half, and on when there is space.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { addIntegration, call, finished, freshFolder, startServer, startSimulator, totals, twoYears, until } from './adfill.mjs';

test('a disk that fills up stops nothing for good: when space returns everything is collected, exactly', async (t) => {
  const folder = freshFolder();
  const simulator = await startSimulator({ ads: 30, 'report-ms': 50 });
  t.after(() => simulator.stop());
  const server = await startServer(simulator, folder, { under: ['prlimit', '--fsize=3000000:unlimited'] });
  t.after(() => server.stop());
  const range = twoYears();
  const added = await addIntegration(server, 'act_1', range);
  assert.equal(added.status, 202, added.text);

  await until('the log says that the disk is full', () => /full|disk|too large/i.test(server.output) && /free/i.test(server.output));
  const during = (await call(server, 'GET', '/v1/jobs')).json.jobs;
  assert.ok(during.every((job) => job.chunks_failed === 0 && !['failed', 'partial'].includes(job.status)), JSON.stringify(during));
  assert.equal((await fetch(`${server.url}/healthz`)).status, 200);

  execFileSync('prlimit', ['--pid', String(server.child.pid), '--fsize=unlimited:unlimited']);
  const jobs = await finished(server, added.json.jobs, { seconds: 90 });
  assert.deepEqual(jobs.map((job) => [job.status, job.error_message]), jobs.map(() => ['completed', null]));
  for (const type of ['ads', 'demographics']) {
    const { stored, platform } = await totals(server, simulator, added.json.integration_id, 'act_1', range, type);
    assert.deepEqual(stored, platform);
  }
});
