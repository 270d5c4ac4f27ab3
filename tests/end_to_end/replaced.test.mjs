// The replaced system's parts on PostgreSQL: its acceptance test, chunks put in by plain SQL, its cron jobs.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { addIntegration, binary, call, day, finished, freshFolder, startServer, startSimulator, totals, twoYears, until } from './adfill.mjs';
import { startPostgres } from './postgres.mjs';

const key = Buffer.alloc(32, 5).toString('base64');

async function onPostgres(t, flags, settings) {
  const postgres = await startPostgres(settings);
  t.after(() => postgres.stop());
  const simulator = await startSimulator(flags);
  t.after(() => simulator.stop());
  const serve = async () => {
    const server = await startServer(simulator, freshFolder(), { env: { ADFILL_DB: postgres.url, ADFILL_SECRET_KEY: key } });
    t.after(() => server.stop());
    return server;
  };
  return { postgres, simulator, serve };
}

function migrate(postgres, ...args) {
  return spawnSync(binary, ['migrate', ...args], { encoding: 'utf8', timeout: 30_000, env: { ...process.env, ADFILL_DB: postgres.url } });
}

test('two years on PostgreSQL: 202, 8 pending chunks, a job a type, progress, completed, success', async (t) => {
  const { postgres, simulator, serve } = await onPostgres(t, { 'report-ms': 300 });
  const server = await serve();
  const range = twoYears();
  const answer = await addIntegration(server, 'act_1', range);
  assert.equal(answer.status, 202, answer.text);
  assert.equal(postgres.sql("SELECT count(*) FROM collection_queue WHERE collection_type = 'ads' AND status IN ('pending', 'processing')"), '8');
  assert.equal((await call(server, 'GET', `/v1/jobs?integration_id=${answer.json.integration_id}`)).json.jobs.length, 3);
  const seen = new Set();
  await until('chunks_completed grows', () => {
    const [completed, status] = postgres.sql("SELECT chunks_completed, status FROM collection_jobs WHERE collection_type = 'ads'").split('|');
    seen.add(completed);
    return status === 'completed';
  });
  assert.ok(seen.size >= 3, `chunks_completed was seen at ${[...seen]}`);
  const jobs = await finished(server, answer.json.jobs);
  assert.deepEqual(jobs.map((job) => job.status), ['completed', 'completed', 'completed']);
  assert.equal(postgres.sql('SELECT status FROM integrations'), 'success');
  for (const type of ['ads', 'demographics']) {
    const { stored, platform } = await totals(server, simulator, answer.json.integration_id, 'act_1', range, type);
    assert.deepEqual(stored, platform);
  }
});

test('a job and chunks put in by plain SQL are collected within seconds, and so is a chunk added to a job that has ended', async (t) => {
  const { postgres, simulator, serve } = await onPostgres(t, { 'report-ms': 50 });
  const server = await serve();
  const added = await addIntegration(server, 'act_1', null);
  assert.equal(added.status, 201, added.text);
  const job = postgres.sql(`INSERT INTO collection_jobs (integration_id, collection_type, start_date, end_date)
    VALUES ('${added.json.integration_id}', 'ads', '${day(-60)}', '${day(-31)}') RETURNING id`);
  const putIn = (index, since, last) => postgres.sql(`INSERT INTO collection_queue
    (job_id, integration_id, chunk_index, start_date, end_date, collection_type)
    VALUES ('${job}', '${added.json.integration_id}', ${index}, '${since}', '${last}', 'ads')`);
  const state = () => postgres.sql(`SELECT status, chunks_completed, chunks_total FROM collection_jobs WHERE id = '${job}'`);
  putIn(0, day(-60), day(-46));
  putIn(1, day(-45), day(-31));
  await until('both are collected', () => state() === 'completed|2|2', { seconds: 10 });
  assert.equal(postgres.sql('SELECT status FROM integrations'), 'success');

  putIn(2, day(-30), day(-16));
  await until('the third is collected', () => state() === 'completed|3|3', { seconds: 10 });
  const range = { since: day(-60), until: day(-16) };
  const { stored, platform } = await totals(server, simulator, added.json.integration_id, 'act_1', range, 'ads');
  assert.deepEqual(stored, platform);
});

test('pg_cron runs the replaced system\'s jobs, and migrating down takes everything away', async (t) => {
  const { postgres, serve } = await onPostgres(t, { 'report-ms': 50 },
    { shared_preload_libraries: 'pg_cron', 'cron.database_name': 'postgres', 'cron.use_background_workers': 'on' });
  const refused = migrate(postgres, 'up', '--with-cron');
  assert.equal(refused.status, 1);
  assert.match(refused.stderr, /pg_cron is not installed in this database/);
  postgres.sql('CREATE EXTENSION pg_cron');
  for (let time = 0; time < 2; ++time) {
    const up = migrate(postgres, 'up', '--with-cron');
    assert.equal(up.status, 0, up.stderr);
  }
  assert.equal(postgres.sql("SELECT schedule, command FROM cron.job WHERE jobname = 'collection-worker'"),
    '* * * * *|SELECT public.invoke_collection_worker()');
  assert.deepEqual(postgres.sql("SELECT jobname, schedule FROM cron.job WHERE jobname LIKE 'daily-%' ORDER BY jobname").split('\n'),
    ['daily-google-ads|30 20 * * *', 'daily-meta-ads|0 19 * * *', 'daily-meta-creatives|0 20 * * *', 'daily-meta-demographics|30 19 * * *', 'daily-naver|0 21 * * *']);

  const server = await serve();
  const added = await addIntegration(server, 'act_1', null);
  assert.equal(added.status, 201, added.text);
  // Its time of the day is now.
  postgres.sql("SELECT cron.alter_job(jobid, schedule := '* * * * *') FROM cron.job WHERE jobname = 'daily-meta-ads'");
  const ran = (name) => postgres.sql(`SELECT d.status FROM cron.job_run_details d JOIN cron.job j USING (jobid) WHERE j.jobname = '${name}' LIMIT 1`);
  await until('the minute has come', () => ran('daily-meta-ads') === 'succeeded' && ran('collection-worker') === 'succeeded', { seconds: 130 });
  const yesterday = day(-1);
  await until('yesterday is collected', () => postgres.sql(`SELECT count(*) FROM collection_jobs WHERE mode = 'daily' AND status = 'completed'
    AND collection_type = 'ads' AND start_date = '${yesterday}' AND end_date = '${yesterday}'`) !== '0', { seconds: 10 });
  assert.equal(await server.stop(), 0);

  const down = migrate(postgres, 'down', '--to', '0');
  assert.equal(down.status, 0, down.stderr);
  assert.equal(postgres.sql('SELECT count(*) FROM cron.job'), '0');
  assert.equal(postgres.sql("SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace"), '0');
  assert.equal(postgres.sql("SELECT count(*) FROM pg_proc WHERE pronamespace = 'public'::regnamespace"), '0');
  assert.equal(postgres.sql("SELECT count(*) FROM pg_namespace WHERE nspname = 'adfill'"), '0');
});
