// One-row chunks a second drained through adfill's Store on PostgreSQL (claimed, a day committed, completed), by pgbench at
// the same number of connections against a bare claim-and-complete, which takes a row and deletes it in one transaction, and
// against one that does the least of what a chunk is: it lands a row and keeps the chunk as completed. On this disk and on an
// imitated slow one; then against graphile-worker and pg-boss on jobs that do nothing. Rounds are interleaved; each figure is
// the median. Each drain has a database of its own, as the bare transactions have tables of their own: one that has collected
// 24,000 days before, vacuumed and analysed, as theirs are.
//   node bench/queue.mjs [--rounds 3] [--seconds 12] [--connections 2,8,32] [--only bare,libraries]
// --new: a database that has collected nothing yet.
// Needs build/release/bench_queue_drain (tools/build release bench_queue_drain) and `npm ci` in bench/.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { median, printed, startServer } from './server.mjs';

const { values } = parseArgs({ options: {
  rounds: { type: 'string', default: '3' }, seconds: { type: 'string', default: '12' }, connections: { type: 'string', default: '2,8,32' },
  only: { type: 'string', default: 'bare,libraries' }, accounts: { type: 'string', default: '2000' }, chunks: { type: 'string', default: '36' }, new: { type: 'boolean' },
  'a-claim': { type: 'string', default: '64' }, 'a-commit': { type: 'string', default: '64' },
} });
const here = import.meta.dirname;
const drainer = process.env.ADFILL_BENCH_DRAIN ?? path.join(here, '../build/release/bench_queue_drain');
const rounds = Number(values.rounds);
const connections = values.connections.split(',').map(Number);
const only = new Set(values.only.split(','));
const disks = { 'this disk': '0', 'a slow disk': '2000' };

const server = await startServer({ commit_siblings: '0' });
const url = server.database('bench');
const used = server.database('used');
const psqlIn = (database, ...args) => printed('psql', ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-d', database, ...args]).trim();
const psql = (...args) => psqlIn(url, ...args);

function drain(database, workers, chunks) {
  psqlIn(database, '-v', `accounts=${values.accounts}`, '-v', `chunks=${chunks}`, '-f', path.join(here, 'queue_backlog.sql'));
  const expected = Number(values.accounts) * chunks;
  const result = JSON.parse(printed(drainer, [database, String(workers), values['a-claim'], values['a-commit'], String(expected)]));
  if (result.completed !== expected) throw new Error(`${result.completed} of ${expected} chunks were completed`);
  const left = psqlIn(database, '-c', `SELECT (SELECT count(*) FROM public.collection_queue WHERE status <> 'completed') + (SELECT count(*) FROM public.released_chunks)
    + (SELECT count(*) FROM public.collection_jobs WHERE status <> 'completed' OR chunks_completed <> chunks_total)`);
  if (left !== '0') throw new Error(`${left} rows are not as a drained queue leaves them`);
  return result;
}

function adfill(workers) {
  psql('-c', 'DROP DATABASE IF EXISTS drained', '-c', 'CREATE DATABASE drained TEMPLATE used', '-c', 'CHECKPOINT');
  return drain(url.replace('/bench?', '/drained?'), workers, Number(values.chunks));
}

function pgbench(clients, script) {
  const out = printed('pgbench', ['-n', '-M', 'prepared', '-c', String(clients), '-j', '2', '-T', values.seconds, '-f', path.join(here, script), url]);
  return Number(/^tps = ([\d.]+)/m.exec(out)[1]);
}

const fill = ['-c', `INSERT INTO bare_queue (run_at) SELECT now() FROM generate_series(1, ${25_000 * Number(values.seconds)})`];

function bare(clients) {
  psql('-c', `DROP TABLE IF EXISTS bare_queue`, '-c', `CREATE TABLE bare_queue (id bigserial PRIMARY KEY, payload jsonb NOT NULL DEFAULT '{}', run_at timestamptz NOT NULL DEFAULT now())`,
    ...fill, '-c', `CREATE INDEX ON bare_queue (run_at, id)`, '-c', 'VACUUM ANALYZE bare_queue');
  return pgbench(clients, 'queue_bare.pgbench');
}

function bareWithRow(clients) {
  psql('-c', `DROP TABLE IF EXISTS bare_queue, bare_rows`, '-c', `CREATE TABLE bare_queue (id bigserial PRIMARY KEY, payload jsonb NOT NULL DEFAULT '{}', run_at timestamptz NOT NULL DEFAULT now(),
      status text NOT NULL DEFAULT 'pending', completed_at timestamptz)`,
    '-c', `CREATE TABLE bare_rows (chunk_id bigint, day date, impressions bigint, clicks bigint, cost numeric(20, 6), PRIMARY KEY (chunk_id, day))`,
    ...fill, '-c', `CREATE INDEX ON bare_queue (status, run_at, id)`, '-c', 'VACUUM ANALYZE bare_queue');
  return pgbench(clients, 'queue_bare_row.pgbench');
}

function library(name, delay) {
  const out = spawnSync('node', [path.join(here, 'queue_library.mjs'), name, server.database(`${name}_${delay}`)], { encoding: 'utf8' });
  if (out.status !== 0) throw new Error(`${name}: ${out.stderr}`);
  return JSON.parse(out.stdout).per_second;
}

const results = {};
try {
  printed(drainer, [used, 'migrate']);
  if (!values.new) {
    drain(used, 8, 12);
    psqlIn(used, '-c', 'VACUUM ANALYZE');
  }
  for (const [disk, delay] of Object.entries(disks)) {
    psql('-c', `ALTER SYSTEM SET commit_delay = ${delay}`, '-c', 'SELECT pg_reload_conf()');
    for (const count of only.has('bare') ? connections : []) {
      const ours = [];
      const theirs = [];
      const withRow = [];
      for (let round = 0; round < rounds; ++round) {
        theirs.push(bare(count));
        withRow.push(bareWithRow(count));
        ours.push(adfill(count));
      }
      const entry = { adfill: Math.round(median(ours.map((one) => one.per_second))), bare: Math.round(median(theirs)), with_row: Math.round(median(withRow)) };
      entry.ratio = Number((entry.adfill / entry.bare).toFixed(2));
      entry.ratio_with_row = Number((entry.adfill / entry.with_row).toFixed(2));
      results[`${disk}, ${count} connections`] = entry;
      const cost = (key) => median(ours.map((one) => one[key])).toFixed(0);
      console.error(`${disk}, ${count} connections: adfill ${entry.adfill}/s, bare ${entry.bare}/s, ratio ${entry.ratio}; with a row ${entry.with_row}/s, ratio ${entry.ratio_with_row}; `
        + `waited for a claim ${cost('claim_us_a_chunk')} us, a commit ${cost('commit_us_a_chunk')} us a chunk`);
    }
    if (!only.has('libraries') || delay !== '0') continue;
    const best = Math.round(median(Array.from({ length: rounds }, () => adfill(8).per_second)));
    for (const name of ['graphile-worker', 'pg-boss']) {
      const theirs = Math.round(library(name.replace('-', '_'), delay));
      results[name] = { adfill: best, theirs, ratio: Number((best / theirs).toFixed(2)) };
      console.error(`${name}: ${theirs} empty jobs/s, adfill at 8 connections ${best}/s, ratio ${results[name].ratio}`);
    }
  }
  console.log(JSON.stringify({ bench: 'queue', ...results }));
} finally {
  await server.stop();
}
