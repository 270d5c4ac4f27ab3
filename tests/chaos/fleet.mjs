// Machines of a small company: workers and one server on one PostgreSQL, each behind a wire of its own, each started anew
// when it ends, as a supervisor would.
import fs from 'node:fs';
import path from 'node:path';
import { Started, addIntegration, call, freePort, freshFolder, token, until } from '../end_to_end/adfill.mjs';
import { Database } from './database.mjs';
import { Wire } from './proxy.mjs';

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

class Machine {
  constructor(name, args, env, wire, folder) {
    Object.assign(this, { name, args, env, wire, log: path.join(folder, `${name}.log`), wanted: true, crashes: [], ended: 0 });
    this.running = this.keepRunning();
  }

  async keepRunning() {
    while (this.wanted) {
      const process = new Started(this.args, this.env, this.log);
      this.process = process;
      await process.exited;
      this.ended += 1;
      const { signalCode } = process.child;
      // SIGKILL is ours. Whatever else ends it by a signal is a crash.
      if (signalCode !== null && signalCode !== 'SIGKILL') this.crashes.push(`${this.name} ended by ${signalCode}: ${process.output.slice(-2000)}`);
      await pause(this.back_after_ms ?? 200);
      this.back_after_ms = undefined;
    }
  }

  kill(back_after_ms) {
    this.back_after_ms = back_after_ms;
    this.process.child.kill('SIGKILL');
  }

  signal(name) {
    this.process.child.kill(name);
  }

  async stop() {
    this.wanted = false;
    this.signal('SIGCONT');
    this.signal('SIGTERM');
    const late = setTimeout(() => this.signal('SIGKILL'), 15_000);
    await this.running;
    clearTimeout(late);
    this.wire.close();
  }
}

export class Fleet {
  static async start({ simulator, workers, lease }) {
    const fleet = new Fleet();
    fleet.simulator = simulator;
    fleet.folder = freshFolder();
    fleet.database = await Database.start();
    fleet.integrations = new Map();
    fleet.tasks = new Set();
    fleet.answers = {};
    const port = await freePort();
    fleet.url = `http://127.0.0.1:${port}`;
    fleet.machines = [];
    for (let index = 0; index <= workers; ++index) {
      const wire = await Wire.to(fleet.database.port);
      const env = {
        ADFILL_DB: fleet.database.url('127.0.0.1', wire.port),
        ADFILL_LISTEN: `127.0.0.1:${port}`,
        ADFILL_API_TOKEN: token,
        ADFILL_SECRET_KEY: Buffer.alloc(32, 7).toString('base64'),
        ADFILL_META_URL: simulator.url,
        ADFILL_POLL_SECONDS: '0.05',
        ADFILL_RETRY_BASE_SECONDS: '0.05',
        ADFILL_RETRY_CAP_SECONDS: '2',
        ADFILL_LEASE_SECONDS: String(lease),
        ADFILL_WORKERS: '4',
        ADFILL_LOG: 'info',
      };
      const isServer = index === workers;
      fleet.machines.push(new Machine(isServer ? 'server' : `worker${index}`, [isServer ? 'serve' : 'worker'], env, wire, fleet.folder));
    }
    await fleet.ready();
    return fleet;
  }

  get server() {
    return this.machines.at(-1);
  }

  async ready() {
    await until('the server is ready', async () => (await fetch(`${this.url}/readyz`).catch(() => ({ ok: false }))).ok, { seconds: 60 });
  }

  // Of a request whose answer may be lost: its status, or 0.
  async request(method, where, body) {
    const answer = await call({ url: this.url }, method, where, body).catch(() => ({ status: 0 }));
    this.answers[answer.status] = (this.answers[answer.status] ?? 0) + 1;
    return answer;
  }

  async add(account, range) {
    const answer = await addIntegration({ url: this.url }, account, range);
    if (answer.status !== 202) throw new Error(`${account} was refused: ${answer.text}`);
    this.integrations.set(account, answer.json.integration_id);
  }

  collect(account, range) {
    return this.request('POST', `/v1/integrations/${this.integrations.get(account)}/initial-collection`, range);
  }

  // Something that ends later, and that calm() waits for.
  later(work) {
    const task = work().finally(() => this.tasks.delete(task));
    this.tasks.add(task);
  }

  async calm() {
    await Promise.all(this.tasks);
    for (const machine of this.machines) {
      machine.wire.heal();
      machine.signal('SIGCONT');
    }
    await this.simulator.post('/simulator/fault', { clear: true });
    await this.ready();
  }

  // Until no job is open. A chunk that lost three workers waits for up to half an hour, by design; its time passes here at once.
  async drained(seconds) {
    await until('every job is final', async () => {
      await this.database.ask("UPDATE released_chunks SET due_at = now() WHERE alone AND due_at > now() + interval '5 s'");
      const [[open]] = await this.database.ask("SELECT count(*) FROM collection_jobs WHERE status IN ('pending', 'running')");
      await pause(100);
      return open === '0';
    }, { seconds });
  }

  async stop() {
    await Promise.all(this.machines.map((machine) => machine.stop()));
    await this.database.remove();
    fs.rmSync(this.folder, { recursive: true });
  }
}
