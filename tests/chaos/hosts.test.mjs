// Workers on hosts of their own, on one PostgreSQL: one whose network cable is pulled out in the middle of a chunk, and
// some whose clocks are wrong.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { Started, addIntegration, day, finished, freshFolder, startServer, startSimulator, until } from '../end_to_end/adfill.mjs';
import { faketime } from '../end_to_end/faketime.mjs';
import { Database } from './database.mjs';
import { Host, whyNoHosts } from './hosts.mjs';
import { checkAgainstTruth, checkAlways, checkAtRest } from './invariants.mjs';

const history = 100;
const days = Array.from({ length: history }, (_, index) => day(index - history));
const accounts = ['act_1', 'act_2', 'act_3', 'act_4'];
const lease_seconds = 2;

class Company {
  static async start() {
    const company = new Company();
    company.folder = freshFolder();
    company.simulator = await startSimulator({ ads: 10, days: history, 'report-ms': 1500 }, '0.0.0.0');
    company.database = await Database.start('hosts');
    company.server = await startServer(company.simulator, company.folder, { env: company.env('127.0.0.1'), args: ['--no-worker'] });
    company.workers = [];
    return company;
  }

  // Of a process that sees this machine at `address`.
  env(address) {
    return {
      ADFILL_DB: this.database.url(address, this.database.port),
      ADFILL_META_URL: `http://${address}:${this.simulator.port}`,
      ADFILL_SECRET_KEY: Buffer.alloc(32, 7).toString('base64'),
      ADFILL_LEASE_SECONDS: String(lease_seconds),
      ADFILL_POLL_SECONDS: '0.05',
      ADFILL_RETRY_BASE_SECONDS: '0.05',
      ADFILL_RETRY_CAP_SECONDS: '2',
      ADFILL_WORKERS: '4',
      ADFILL_LOG: 'info',
    };
  }

  worker(name, { address = '127.0.0.1', env = {}, under } = {}) {
    const started = new Started(['worker'], { ...this.env(address), ...env }, path.join(this.folder, `${name}.log`), under);
    this.workers.push(started);
    return started;
  }

  async signedOn(count) {
    await until('the workers have signed on', async () => (await this.database.ask('SELECT 1 FROM workers WHERE lease_until > now()')).length === count);
  }

  async collectAll() {
    this.jobs = [];
    for (const account of accounts) {
      const answer = await addIntegration(this.server, account, { since: days[0], until: days.at(-1) });
      assert.equal(answer.status, 202, answer.text);
      this.jobs.push(...answer.json.jobs);
    }
  }

  async isExact() {
    await checkAlways(this.database, new Map());
    await checkAtRest(this.database);
    for (const account of accounts) await checkAgainstTruth(this.database, this.simulator, account, days);
  }

  async stop() {
    for (const process of [...this.workers, this.server, this.simulator]) await process.stop();
    await this.database.remove();
    fs.rmSync(this.folder, { recursive: true });
  }
}

test('a host whose cable is pulled out in the middle of a chunk commits nothing with its old token when it is back', { skip: whyNoHosts() ?? false }, async () => {
  const company = await Company.start();
  const { database } = company;
  const [lonely, steady] = [new Host(0), new Host(1)];
  company.worker('lonely', { address: lonely.gateway, under: lonely.under });
  await company.signedOn(1);
  const [[lonelyId]] = await database.ask('SELECT id FROM workers');
  await company.collectAll();
  const tokens = await until('it works on chunks', async () => {
    const held = await database.ask(`SELECT token FROM released_chunks WHERE worker_id = '${lonelyId}'`);
    return held.length > 0 && held.map(([token]) => token);
  });
  lonely.pullOut();
  const committed = () => database.ask(`SELECT count(*) FROM collection_coverage WHERE attempt IN ('${tokens.join("','")}')`);
  const [[before]] = await committed();
  company.worker('steady', { address: steady.gateway, under: steady.under });
  await until('all of its tokens were taken away', async () => (await database.ask(`SELECT 1 FROM released_chunks WHERE token IN ('${tokens.join("','")}')`)).length === 0);

  // Back while the other one works: what it was in the middle of goes on, reads its report and wants to commit it.
  lonely.plugIn();
  await until('it is back', async () => (await database.ask(`SELECT 1 FROM workers WHERE id = '${lonelyId}' AND lease_until > now()`)).length > 0);
  const ended = await finished(company.server, company.jobs, { seconds: 90 });
  assert.deepEqual([...new Set(ended.map((job) => job.status))], ['completed']);
  assert.deepEqual(await committed(), [[before]], 'no token from before the cut has committed anything since');
  const lost = await database.ask("SELECT 1 FROM collection_attempts WHERE failure_kind = 'worker_lost'");
  assert.ok(lost.length >= tokens.length, 'the sweep took back what it held');
  await company.isExact();
  await company.stop();
  for (const host of [lonely, steady]) host.remove();
});

test('workers whose clocks are an hour off, before and behind, do no harm', async () => {
  const company = await Company.start();
  const { database } = company;
  const one = { ADFILL_WORKERS: '1' }; // each has a chunk to work on from the start, the first two don't take them all
  company.worker('before', { env: { ...one, ...faketime('+1h') } });
  company.worker('behind', { env: { ...one, ...faketime('-1h') } });
  company.worker('right', { env: one });
  await company.signedOn(3);
  await company.collectAll();
  const ended = await finished(company.server, company.jobs, { seconds: 90 });
  assert.deepEqual([...new Set(ended.map((job) => job.status))], ['completed']);
  const worked = await database.ask('SELECT DISTINCT worker_id FROM collection_attempts');
  assert.equal(worked.length, 3, 'each of them worked');
  assert.deepEqual(await database.ask("SELECT failure_kind, failure_message FROM collection_attempts WHERE outcome <> 'completed'"), [], 'and lost nothing');
  const strange = await database.ask("SELECT id FROM collection_queue WHERE abs(extract(epoch FROM now() - completed_at)) > 600 OR started_at > completed_at");
  assert.deepEqual(strange, [], 'times are of the database');
  await company.isExact();
  await company.stop();
});
