// kill -9 at random moments of a backfill: nothing lost, nothing twice, each day once per snapshot.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { test } from 'node:test';
import { addIntegration, call, finished, freshFolder, startServer, startSimulator, totals, twoYears } from './adfill.mjs';

const kills = Number(process.env.ADFILL_KILLS ?? 50);
const seed = Number(process.env.ADFILL_KILL_SEED ?? Date.now() % 1_000_000);

function random(state) {
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function ask(folder, sql) {
  return execFileSync('sqlite3', ['-readonly', path.join(folder, 'adfill.db'), sql]).toString().trim();
}

function checkTables(folder) {
  assert.equal(ask(folder, 'PRAGMA integrity_check'), 'ok');
  assert.equal(ask(folder, `
    SELECT count(*) FROM collection_jobs AS job
     WHERE chunks_completed <> (SELECT count(*) FROM collection_queue WHERE job_id = job.id AND status = 'completed')
        OR chunks_failed <> (SELECT count(*) FROM collection_queue WHERE job_id = job.id AND status = 'failed')
        OR chunks_total <> (SELECT count(*) FROM collection_queue WHERE job_id = job.id)`), '0', 'counters are counts');
  assert.equal(ask(folder, `
    SELECT count(*) FROM collection_coverage AS receipt
     WHERE collection_type = 'ads'
       AND rows <> (SELECT count(*) FROM ad_performance WHERE advertiser_id = receipt.advertiser_id AND source = receipt.source
                       AND account_id = receipt.account_id AND date = receipt.date AND absent_since IS NULL)`), '0', 'rows are what receipts say');
  assert.equal(ask(folder, `
    SELECT count(*) FROM (SELECT DISTINCT date FROM ad_performance)
     WHERE date NOT IN (SELECT date FROM collection_coverage WHERE collection_type = 'ads')`), '0', 'no rows without a receipt');
}

test(`after ${kills} kills at random moments the totals are exact (ADFILL_KILL_SEED=${seed})`, async (t) => {
  const draw = random(seed);
  const folder = freshFolder();
  const simulator = await startSimulator({ ads: 60, 'report-ms': 60, 'latency-ms': 4, faults: 0.02 });
  t.after(() => simulator.stop());
  let server = await startServer(simulator, folder);
  const port = server.port;
  const range = twoYears();
  const added = await addIntegration(server, 'act_1', range);
  assert.equal(added.status, 202, added.text);

  let during = 0;
  for (let number = 0; number < kills; ++number) {
    await new Promise((resolve) => setTimeout(resolve, draw() * 120));
    await server.stop('SIGKILL');
    if (ask(folder, "SELECT count(*) FROM collection_jobs WHERE status IN ('pending', 'running')") !== '0') during += 1;
    checkTables(folder);
    server = await startServer(simulator, folder, { port });
    if (during === number + 1) continue;
    // The backfill ended between two kills: ask for all of it again, so that every kill meets work.
    const again = await call(server, 'POST', `/v1/integrations/${added.json.integration_id}/initial-collection`, range);
    assert.equal(again.status, 202, again.text);
    during = number + 1;
  }
  t.after(() => server.stop());
  const open = (await call(server, 'GET', '/v1/jobs?limit=200')).json.jobs;
  // Chunks that lost three workers wait in between, longer each time: on a busy machine that alone takes minutes.
  const jobs = await finished(server, open, { seconds: 600 });
  const failedOnes = jobs.filter((job) => job.status !== 'completed');
  assert.deepEqual(failedOnes.map((job) => [job.status, job.error_message]), []);
  checkTables(folder);
  for (const type of ['ads', 'demographics']) {
    const { stored, platform } = await totals(server, simulator, added.json.integration_id, 'act_1', range, type);
    assert.deepEqual(stored, platform);
  }
});
