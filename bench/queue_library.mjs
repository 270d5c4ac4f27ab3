// Empty jobs a second through a Node queue on PostgreSQL, set up as its own documents say for speed.
//   node bench/queue_library.mjs graphile_worker|pg_boss URL
const [, , name, url] = process.argv;
const jobs = 20_000;

async function graphileWorker() {
  const { makeWorkerUtils, run } = await import('graphile-worker');
  const utils = await makeWorkerUtils({ connectionString: url });
  await utils.migrate();
  await utils.withPgClient((client) => client.query(`SELECT graphile_worker.add_job('nothing', '{}'::json) FROM generate_series(1, ${jobs})`));
  let done = 0;
  let start = 0;
  let finish;
  const all = new Promise((resolve) => { finish = resolve; });
  const runner = await run({
    taskList: { nothing: () => {
      start ||= performance.now();
      if (++done === jobs) finish();
    } },
    preset: { worker: { connectionString: url, concurrentJobs: 24, maxPoolSize: 25, localQueue: { size: 500 }, completeJobBatchDelay: 0, failJobBatchDelay: 0, pollInterval: 2000 } },
    noHandleSignals: true, logger: await quiet(),
  });
  await all;
  await runner.stop();  // when every completion is written
  const seconds = (performance.now() - start) / 1000;
  await utils.release();
  return seconds;
}

async function quiet() {
  const { Logger } = await import('graphile-worker');
  return new Logger(() => () => {});
}

async function pgBoss() {
  const { default: PgBoss } = await import('pg-boss');
  const boss = new PgBoss({ connectionString: url, supervise: false, schedule: false, max: 10 });
  boss.on('error', (error) => { throw error; });
  await boss.start();
  await boss.createQueue('nothing');
  for (let at = 0; at < jobs; at += 5000) await boss.insert(Array.from({ length: 5000 }, () => ({ name: 'nothing', data: {} })));
  const start = performance.now();
  let done = 0;
  await Promise.all(Array.from({ length: 4 }, async () => {
    for (;;) {
      const batch = await boss.fetch('nothing', { batchSize: 500 });
      if (batch.length === 0) return;
      await boss.complete('nothing', batch.map((job) => job.id));
      done += batch.length;
    }
  }));
  const seconds = (performance.now() - start) / 1000;
  if (done !== jobs) throw new Error(`${done} of ${jobs} jobs were done`);
  await boss.stop({ graceful: false });
  return seconds;
}

const seconds = name === 'graphile_worker' ? await graphileWorker() : await pgBoss();
console.log(JSON.stringify({ per_second: jobs / seconds, seconds }));
process.exit(0);
