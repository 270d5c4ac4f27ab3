// A new key: every credential is sealed anew, also when that is killed in the middle; the old key opens nothing afterwards.
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { accessToken, addIntegration, binary, call, day, finished, freshFolder, startServer, startSimulator, until } from './adfill.mjs';

const accounts = 150;

test('a rotation that is killed goes on when it is run again, and adfill serves under the new key alone', async (t) => {
  const simulator = await startSimulator({ ads: 2, days: 10 });
  t.after(() => simulator.stop());
  const folder = freshFolder();
  t.after(() => fs.rmSync(folder, { recursive: true, force: true }));
  const database = path.join(folder, 'adfill.db');
  const newKey = path.join(folder, 'key.2');
  const sql = (statement) => execFileSync('sqlite3', ['-cmd', '.timeout 5000', database, statement]).toString().trim();
  const sealed = () => new Map(sql('SELECT integration_id, sealed FROM adfill_credentials').split('\n').map((line) => line.split('|')));
  const env = { ...process.env, ADFILL_DB: `sqlite:${database}`, ADFILL_META_URL: simulator.url, ADFILL_LISTEN: '127.0.0.1:0' };
  const rotate = ['secrets', 'rotate', '--new-key-file', newKey, '--json'];

  let server = await startServer(simulator, folder);
  for (let account = 1; account <= accounts; ++account) assert.equal((await addIntegration(server, `act_${account}`, null)).status, 201);
  const channel = await call(server, 'POST', '/v1/alert-channels', { kind: 'webhook', target: 'https://hooks.example/T0planted' });
  assert.equal(channel.status, 201, channel.text);
  assert.equal(await server.stop(), 0);
  const before = sealed();
  assert.equal(before.size, accounts);
  const changed = () => [...sealed()].filter(([id, text]) => before.get(id) !== text).length;

  // Killed when some are sealed anew and others not.
  const killed = spawn(binary, rotate, { env, stdio: 'ignore' });
  const exited = once(killed, 'exit');
  await until('some are sealed anew', () => changed() > 0);
  killed.kill('SIGKILL');
  const [, signal] = await exited;
  const done = changed();
  t.diagnostic(`killed after ${done} of ${accounts}`);
  assert.equal(signal, 'SIGKILL');
  assert.ok(done > 0 && done < accounts, `${done} were sealed anew`);
  assert.equal(fs.statSync(newKey).mode & 0o777, 0o600);

  const again = spawnSync(binary, rotate, { env, encoding: 'utf8', timeout: 60_000 });
  assert.equal(again.status, 0, again.stderr);
  assert.deepEqual(JSON.parse(again.stdout), { sealed_anew: accounts + 1 - done, done_before: done, key_file: newKey });
  assert.equal(changed(), accounts);

  const old = spawnSync(binary, ['serve'], { env, encoding: 'utf8', timeout: 20_000 });
  assert.equal(old.status, 1, old.stderr);
  assert.match(old.stderr, /does not open the stored credentials/);
  server = await startServer(simulator, folder, { env: { ADFILL_SECRET_KEY_FILE: newKey } });
  const [first] = (await call(server, 'GET', '/v1/integrations?limit=1')).json.integrations;
  const asked = await call(server, 'POST', `/v1/integrations/${first.id}/initial-collection`, { since: day(-5), until: day(-1), types: ['ads'] });
  assert.equal(asked.status, 202, asked.text);
  const [job] = await finished(server, asked.json.jobs);
  assert.equal(job.status, 'completed', JSON.stringify(job));
  assert.equal((await call(server, 'GET', '/v1/alert-channels')).json.alert_channels.length, 1);
  assert.equal(await server.stop(), 0);

  // With neither key nothing is lost, and it is said what to do.
  const third = spawnSync(binary, ['secrets', 'rotate', '--new-key-file', path.join(folder, 'key.3')], { env, encoding: 'utf8', timeout: 20_000 });
  assert.equal(third.status, 1, third.stderr);
  assert.match(third.stderr, /open under neither key.*adfill integration update/);
  for (const file of fs.readdirSync(folder)) assert.ok(!fs.readFileSync(path.join(folder, file)).includes(accessToken), file);
});
