// Starts the binary as its user would and talks to it through the contract alone.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { after } from 'node:test';

export const binary = process.env.ADFILL_BINARY ?? path.resolve('build/release/adfill');
export const token = 'adf_end_to_end_admin_token_0123456789abcdefghi';
export const accessToken = 'EAAplantedSecretToken0123456789';

export function freshFolder() {
  return fs.mkdtempSync(path.join(os.tmpdir(), 'adfill-e2e-'));
}

export async function freePort() {
  const server = net.createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

export async function until(what, check, { seconds = 60 } = {}) {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await check();
    if (answer) return answer;
    if (Date.now() > deadline) throw new Error(`not within ${seconds} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

// Processes that run. A test that failed on its way leaves them, and its servers; Node would wait for them for ever.
const running = new Set();

export function endWithTheTests(child) {
  running.add(child);
  child.once('exit', () => running.delete(child));
}

if (process.env.NODE_TEST_CONTEXT) {
  after(() => {
    for (const child of running) child.kill('SIGKILL');
    setTimeout(() => process.exit(), 2000).unref();
  });
}

// A running process of the binary; its output is kept, and added to `log` where one is given.
export class Started {
  constructor(args, env, log, under = []) {
    this.log = log;
    this.output = '';
    const [program, ...rest] = [...under, binary, ...args];
    this.child = spawn(program, rest, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    endWithTheTests(this.child);
    this.exited = once(this.child, 'exit');
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream.on('data', (bytes) => {
        this.output += bytes;
        if (log) fs.appendFileSync(log, bytes);
      });
    }
  }
  async stop(signal = 'SIGTERM') {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill(signal);
    await this.exited;
    return this.child.exitCode;
  }
}

async function answers(url, started) {
  return until(`${url} answers\n${started.output.slice(-2000)}`, async () => {
    if (started.child.exitCode !== null) throw new Error(`ended with ${started.child.exitCode}: ${started.output}`);
    try {
      return (await fetch(url)).ok;
    } catch {
      return false;
    }
  });
}

// `host`: the address it listens at, 0.0.0.0 for all of them.
export async function startSimulator(flags = {}, host = '127.0.0.1') {
  const port = await freePort();
  const args = ['simulate', '--source', 'meta', '--listen', `${host}:${port}`];
  for (const [name, value] of Object.entries({ seed: 1, ads: 10, days: 730, ...flags })) args.push(`--${name}`, String(value));
  const started = new Started(args, {});
  started.port = port;
  started.url = `http://127.0.0.1:${port}`;
  await answers(`${started.url}/simulator/stats`, started);
  started.get = async (where) => (await fetch(started.url + where)).json();
  started.post = async (where, body) => (await fetch(started.url + where, { method: 'POST', body: JSON.stringify(body) })).json();
  return started;
}

export async function startServer(simulator, folder, { env = {}, args = [], port, under } = {}) {
  const listen = port ?? (await freePort());
  const started = new Started(
    ['serve', ...args],
    {
      ADFILL_DB: `sqlite:${path.join(folder, 'adfill.db')}`,
      ADFILL_LISTEN: `127.0.0.1:${listen}`,
      ADFILL_API_TOKEN: token,
      ADFILL_META_URL: simulator.url,
      ADFILL_POLL_SECONDS: '0.05',
      ADFILL_RETRY_BASE_SECONDS: '0.05',
      ...env,
    },
    path.join(folder, 'server.log'),
    under,
  );
  started.port = listen;
  started.url = `http://127.0.0.1:${listen}`;
  await answers(`${started.url}/readyz`, started);
  return started;
}

export async function call(server, method, where, body, headers = {}) {
  const response = await fetch(server.url + where, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, text, json: text.startsWith('{') ? JSON.parse(text) : undefined };
}

export function day(offset, zone = 'Asia/Seoul') {
  const today = new Intl.DateTimeFormat('en-CA', { timeZone: zone }).format(new Date());
  const moved = new Date(`${today}T00:00:00Z`);
  moved.setUTCDate(moved.getUTCDate() + offset);
  return moved.toISOString().slice(0, 10);
}

export function twoYears() {
  return { since: day(-730), until: day(-1) };
}

export async function addIntegration(server, account, initial) {
  return call(server, 'POST', '/v1/integrations', {
    advertiser: 'Acme',
    source: 'meta',
    account_id: account,
    credentials: { access_token: accessToken },
    initial,
  });
}

export async function finished(server, jobs, options) {
  return until('every job is final', async () => {
    const all = await Promise.all(jobs.map(async (job) => (await call(server, 'GET', `/v1/jobs/${job.id}`)).json));
    return all.every((job) => ['completed', 'partial', 'failed', 'cancelled'].includes(job.status)) && all;
  }, options);
}

// The stored totals of a type and the platform's own, side by side.
export async function totals(server, simulator, integration, account, range, type) {
  const query = `integration_id=${integration}&type=${type}&since=${range.since}&until=${range.until}&group=total`;
  const stored = (await call(server, 'GET', `/v1/performance?${query}`)).json.rows;
  const truth = await simulator.get(`/simulator/truth?account=${account}&since=${range.since}&until=${range.until}&type=${type}`);
  const pick = (row) => ({ rows: row.rows, impressions: row.impressions, clicks: row.clicks, cost: Number(row.cost).toFixed(6) });
  return { stored: stored.map(pick), platform: [pick(truth)] };
}
