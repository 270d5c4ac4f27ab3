// The queue beside a million chunks of ten thousand integrations in a hundred scopes, half of them cooling down, against two
// thousand chunks of twenty integrations: medians of claims, commits and the monitor's calls, and their ratios, in one run on
// one PostgreSQL server that it starts (fsync on), in rounds that take turns. Then what churn leaves of them, also while a
// session sits in an old transaction.
//   node bench/queue_load.mjs [--churn 4000] [--integrations 10000]     a day's churn is --churn 1000000
// Needs build/release/bench_queue_load (tools/build release bench_queue_load).
import { execFileSync, spawn } from 'node:child_process';
import { startPostgres } from '../tests/end_to_end/postgres.mjs';
import { binary, call, freshFolder, startServer } from '../tests/end_to_end/adfill.mjs';

const flag = (name, fallback) => (process.argv.includes(name) ? Number(process.argv[process.argv.indexOf(name) + 1]) : fallback);
const accounts = flag('--integrations', 10000);
const churned = flag('--churn', 4000);
const program = binary.replace(/adfill$/, 'bench_queue_load');
const chunks = Math.max(100, Math.ceil((3 * churned) / accounts));  // a job; half of them can be claimed
const env = { ADFILL_SECRET_KEY: Buffer.alloc(32, 7).toString('base64') };
const tell = (words) => process.stderr.write(`${words}\n`);
const postgres = await startPostgres({ fsync: 'on', max_wal_size: '8GB', checkpoint_timeout: '30min', shared_buffers: '512MB' });

// `integrations` accounts of a hundred chunks each, as adfill's own requests leave them; half of the scopes closed, and what
// waits for them parked, as it is when each has been met once.
function filled(name, integrations) {
  const url = postgres.database(name);
  execFileSync(binary, ['migrate', 'up', '--db', url], { stdio: 'ignore', env: { ...process.env, ...env } });
  postgres.sql(`
    INSERT INTO advertisers (name) VALUES ('Acme');
    SET session_replication_role = replica;
    INSERT INTO integrations (advertiser_id, source, account_id, currency, time_zone, status, turn)
      SELECT a.id, 'meta', 'act_' || n, 'USD', 'UTC', 'collecting', nextval('integration_turns') FROM advertisers a, generate_series(1, ${integrations}) n;
    INSERT INTO integration_scopes SELECT id, 'app ' || substr(account_id, 5)::int % 100 FROM integrations;
    INSERT INTO integration_scopes SELECT id, 'account ' || account_id FROM integrations;
    INSERT INTO rate_limits SELECT 'app ' || n, now() + interval '9 hours', 'quota' FROM generate_series(0, 98, 2) n;
    INSERT INTO collection_jobs (integration_id, collection_type, start_date, end_date, asked, chunks_total)
      SELECT id, 'ads', '2025-01-01', date '2025-01-01' + ${chunks - 1}, nextval('asked_sequence'), ${chunks} FROM integrations;
    INSERT INTO collection_queue (job_id, integration_id, chunk_index, start_date, end_date, collection_type, unseen)
      SELECT id, integration_id, n, date '2025-01-01' + n, date '2025-01-01' + n, 'ads', false
      FROM collection_jobs, generate_series(0, ${chunks - 1}) n;
    INSERT INTO released_chunks (chunk_id, integration_id, turn, priority, type_rank, chunk_index, due_at, parked_until)
      SELECT q.id, q.integration_id, i.turn, 1, 0, q.chunk_index, now(), l.closed_until
      FROM collection_queue q JOIN integrations i ON i.id = q.integration_id
      LEFT JOIN rate_limits l ON l.scope = 'app ' || substr(i.account_id, 5)::int % 100
      WHERE q.chunk_index < 2;`, url);
  postgres.sql('VACUUM ANALYZE', url);
  return url;
}

const work = (url, count, warm) => JSON.parse(execFileSync(program, [url, String(count), String(warm)], { encoding: 'utf8' }));
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];

async function monitor(url) {
  const server = await startServer({ url: 'http://127.0.0.1:1' }, freshFolder(), { env: { ...env, ADFILL_DB: url }, args: ['--no-worker'] });
  try {
    const [job] = (await call(server, 'GET', '/v1/jobs')).json.jobs;
    const calls = {  // answers of equal length
      queue_ms: '/v1/queue',
      jobs_ms: '/v1/jobs?limit=20',
      job_ms: `/v1/jobs/${job.id}`,
      coverage_ms: `/v1/coverage?integration_id=${job.integration_id}&type=ads`,
      integrations_ms: '/v1/integrations?limit=20',
    };
    const read = {};
    for (const [name, where] of Object.entries(calls)) {
      const times = [];
      for (let round = 0; round < 60; ++round) {
        const began = performance.now();
        const answer = await call(server, 'GET', where);
        if (answer.status !== 200) throw new Error(`${where}: ${answer.status}`);
        if (round >= 10) times.push(performance.now() - began);
      }
      read[name] = Number(median(times).toFixed(3));
    }
    return read;
  } finally {
    await server.stop();
  }
}
const only_medians = (read) => Object.fromEntries(Object.entries(read).filter(([name]) => name.endsWith('_ms') && !name.endsWith('p99_ms')));
const ratios = (many, few) => Object.fromEntries(Object.keys(only_medians(few)).map((name) => [name.replace('_ms', ''), Number((many[name] / few[name]).toFixed(2))]));
// The median of each figure, of several rounds that take turns.
const middle = (rounds) => Object.fromEntries(Object.keys(rounds[0]).map((name) => [name, Number(median(rounds.map((round) => round[name])).toFixed(3))]));
const dead = (url) => JSON.parse(postgres.sql(`SELECT coalesce(json_object_agg(relname, json_build_object('dead', n_dead_tup, 'hot', round(100.0 * n_tup_hot_upd / greatest(n_tup_upd, 1)), 'vacuums', autovacuum_count)), '{}')
  FROM pg_stat_user_tables WHERE relname IN ('released_chunks', 'collection_queue', 'collection_jobs', 'integrations', 'collection_attempts')`, url));

// `count` chunks claimed and committed by four workers at once.
async function churn(url, count) {
  const running = Array.from({ length: 4 }, () => spawn(program, [url, String(Math.round(count / 4)), '0'], { stdio: 'ignore' }));
  await Promise.all(running.map((child) => new Promise((done, fail) => child.on('exit', (code) => (code === 0 ? done() : fail(new Error(`churn ended with ${code}`)))))));
}

try {
  tell(`filling: ${accounts * chunks} chunks of ${accounts} integrations`);
  const small = filled('few', 20);
  const large = filled('many', accounts);
  postgres.sql('CHECKPOINT');
  await churn(large, 1200);  // a running system: pages are in memory, and have been logged since the last checkpoint
  work(small, 5, 40);
  const few = [];
  const many = [];
  for (let round = 0; round < 8; ++round) {
    few.push(work(small, 40, 6));
    many.push(work(large, 40, 6));
  }
  const monitored = { few: [], many: [] };
  for (let round = 0; round < 2; ++round) {
    monitored.few.push(await monitor(small));
    monitored.many.push(await monitor(large));
  }
  const a_few = { ...middle(few), ...middle(monitored.few) };
  const a_million = { ...middle(many), ...middle(monitored.many) };
  const { sweep, ...load } = ratios(a_million, a_few);
  tell(`two thousand: ${JSON.stringify(a_few)}\na million:    ${JSON.stringify(a_million)}\nratios:       ${JSON.stringify(load)} (a sweep looks at a thousand jobs instead of twenty: ${sweep})`);

  const before = middle([work(large, 60, 10), work(large, 60, 10), work(large, 60, 10)]);
  tell(`churn: ${churned} chunks claimed and committed, half of them beside an old transaction`);
  await churn(large, churned / 2);
  const after = middle([work(large, 60, 10), work(large, 60, 10), work(large, 60, 10)]);
  const dead_after = dead(large);
  const idle = spawn('psql', ['-X', '-q', '-d', large], { stdio: ['pipe', 'ignore', 'ignore'] });
  idle.stdin.write('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM public.workers;\n');
  await new Promise((done) => setTimeout(done, 1000));
  await churn(large, churned / 2);
  const beside_idle = middle([work(large, 60, 100), work(large, 60, 10), work(large, 60, 10)]);
  const dead_beside_idle = dead(large);
  idle.stdin.end('COMMIT;\n');
  postgres.sql('UPDATE released_chunks SET parked_until = NULL WHERE parked_until IS NOT NULL', large);
  const just_closed = work(large, 60, 6);  // half of what a claim meets waits behind a closed scope, and is parked
  tell(`claims while the closed half is met for the first time: ${just_closed.claim_ms} ms`);
  const result = {
    bench: 'queue_load', chunks: accounts * chunks, integrations: accounts, few: a_few, many: a_million, ratio: load, just_closed,
    churn: {
      chunks: churned, before, after, beside_idle, ratio_after: ratios(after, before), ratio_beside_idle: ratios(beside_idle, before),
      rows_after: dead_after, rows_beside_idle: dead_beside_idle,
    },
  };
  tell(`after churn: ${JSON.stringify(result.churn.ratio_after)}, beside an idle transaction: ${JSON.stringify(result.churn.ratio_beside_idle)}`);
  console.log(JSON.stringify(result));
} finally {
  await postgres.stop();
}
