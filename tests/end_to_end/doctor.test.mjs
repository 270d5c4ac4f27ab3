// adfill doctor on PostgreSQL: what it finds, and what to do about it.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Started, endWithTheTests, startSimulator, until } from './adfill.mjs';
import { faketime } from './faketime.mjs';
import { startPostgres } from './postgres.mjs';

let postgres, simulator, url;

before(async () => {
  postgres = await startPostgres();
  url = postgres.database('doctor');
  simulator = await startSimulator({ ads: 1, days: 3 });
  assert.equal((await run(['migrate', 'up'])).code, 0);
});

after(async () => {
  await simulator.stop();
  await postgres.stop();
});

async function run(args, where = url, env = {}) {
  const started = new Started([...args, '--db', where], { ADFILL_META_URL: simulator.url, ADFILL_SECRET_KEY: Buffer.alloc(32, 7).toString('base64'), ...env });
  await started.exited;
  return { code: started.child.exitCode, output: started.output };
}

async function checks(where, env) {
  const { output } = await run(['doctor', '--json'], where, env);
  const found = JSON.parse(output.split('\n').find((line) => line.startsWith('{')));
  return Object.fromEntries(found.checks.map((check) => [check.name, check]));
}

test('doctor names the server, the way to it, its time-out, its clock and its disk', async () => {
  postgres.sql("ALTER ROLE adfill SET statement_timeout = '2min'");
  const found = await checks(url);
  assert.match(found.server.detail, /^PostgreSQL \d+/);
  assert.match(found.connection.detail, /straight to the server/);
  assert.match(found['statement time-out'].detail, /the server's is 120.0 s.*110 s/);
  assert.match(found['database clock'].detail, /by 0\.\d s$/);
  assert.match(found['database disk'].detail, /takes \d+ MiB; [\d,]+ MiB free in /);
  for (const name of ['database', 'server', 'connection', 'statement time-out', 'database clock']) assert.equal(found[name].state, 'ok', name);
});

test('doctor sees that the clocks differ, and says what to do', async () => {
  const found = await checks(url, faketime('-1h'));
  assert.equal(found['database clock'].state, 'warning');
  assert.match(found['database clock'].detail, /by 3(600|599)\.\d s; leases and due times go by the database's.*set the wrong one/);
});

test('doctor sees a pooler in transaction mode, and says what adfill does then', async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'adfill-bouncer-'));
  fs.chmodSync(folder, 0o777);
  const socket = new URL(url.replace('adfill@/', 'adfill@localhost/')).searchParams.get('host');
  fs.writeFileSync(path.join(folder, 'pgbouncer.ini'), `[databases]\n* = host=${socket} user=adfill\n[pgbouncer]\npool_mode = transaction\n`
    + `auth_type = any\nlisten_port = 5432\nlisten_addr =\ndefault_pool_size = 2\nunix_socket_dir = ${folder}\n`);
  const args = ['/usr/sbin/pgbouncer', path.join(folder, 'pgbouncer.ini')];
  const [program, ...rest] = process.getuid() === 0 ? ['setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups', ...args] : args;
  const pooler = spawn(program, rest, { stdio: 'ignore' });
  endWithTheTests(pooler);
  const exited = once(pooler, 'exit');
  await until('the pooler listens', () => fs.existsSync(path.join(folder, '.s.PGSQL.5432')));
  const found = await checks(`postgresql://adfill@/doctor?host=${folder}`);
  assert.equal(found.connection.state, 'warning');
  assert.match(found.connection.detail, /no LISTEN, no session locks.*looks for work twice a second.*give a URL that leads straight/);
  assert.match(found['database disk'].detail, /watch it there/);
  pooler.kill('SIGTERM');
  await exited;
  fs.rmSync(folder, { recursive: true });
});
