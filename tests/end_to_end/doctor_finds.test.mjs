// adfill doctor on SQLite: each thing that can be wrong is named, with what to do about it, and the exit code tells.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { accessToken, addIntegration, binary, freePort, freshFolder, startServer, startSimulator } from './adfill.mjs';

const folder = freshFolder();
const database = path.join(folder, 'adfill.db');
let simulator, integration;

before(async () => {
  simulator = await startSimulator({ ads: 1, days: 3, token: accessToken });
  const server = await startServer(simulator, folder);
  integration = (await addIntegration(server, 'act_1', null)).json.integration_id;
  assert.equal(await server.stop(), 0);
});

after(async () => {
  await simulator.stop();
  fs.rmSync(folder, { recursive: true });
});

// Not spawnSync: what it asks may live in this process.
async function doctor(env = {}, args = []) {
  const child = spawn(binary, ['doctor', '--json', ...args], {
    env: { ...process.env, ADFILL_DB: `sqlite:${database}`, ADFILL_LISTEN: '127.0.0.1:0', ADFILL_META_URL: simulator.url, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (bytes) => (output += bytes));
  const [code] = await once(child, 'close');
  const found = JSON.parse(output);
  assert.equal(found.ok, code === 0);
  return { code, checks: Object.fromEntries(found.checks.map((check) => [check.name, check])) };
}

test('where all is well doctor says so', async () => {
  const { code, checks } = await doctor();
  assert.equal(code, 0, JSON.stringify(checks));
  for (const [name, check] of Object.entries(checks)) assert.equal(check.state, 'ok', `${name}: ${check.detail}`);
  assert.match(checks['act_1 token'].detail, /does not expire/);
});

test('a lost key is named, with the way out', async () => {
  fs.renameSync(`${database}.key`, `${database}.key.away`);
  try {
    const { code, checks } = await doctor();
    assert.equal(code, 1);
    assert.equal(checks.key.state, 'failed');
    assert.match(checks.key.detail, /adfill\.db\.key is missing.*Bring it back, or replace the credentials/);
    assert.ok(!fs.existsSync(`${database}.key`));
  } finally {
    fs.renameSync(`${database}.key.away`, `${database}.key`);
  }
});

test('another key opens nothing, and each account is named with what to give it', async () => {
  const { code, checks } = await doctor({ ADFILL_SECRET_KEY: Buffer.alloc(32, 7).toString('base64') });
  assert.equal(code, 1);
  assert.match(checks.act_1.detail, new RegExp(`can't be opened with this key.*adfill integration update ${integration} --token-file FILE`));
});

test('a platform that is not there is named, with where to look', async () => {
  const { code, checks } = await doctor({ ADFILL_META_URL: `http://127.0.0.1:${await freePort()}` });
  assert.equal(code, 1);
  assert.equal(checks.meta.state, 'failed');
  assert.match(checks.meta.detail, /can't be reached: .*name server, firewall and proxy .*ADFILL_META_URL/);
  // The account's token is not to blame.
  assert.equal(checks['act_1 token'].state, 'failed');
  assert.doesNotMatch(checks['act_1 token'].detail, /give new ones/);
});

test('a token that the platform refuses is named, with the command that gives a new one', async () => {
  await simulator.post('/simulator/fault', { kind: 'expired_token', rate: 1 });
  try {
    const { code, checks } = await doctor();
    assert.equal(code, 1);
    assert.equal(checks['act_1 token'].state, 'failed');
    assert.match(checks['act_1 token'].detail, new RegExp(`expired.*adfill integration update ${integration} --token-file FILE`));
    assert.ok(!JSON.stringify(checks).includes(accessToken));
  } finally {
    await simulator.post('/simulator/fault', { clear: true });
  }
});

test('a token that ends soon is a warning with its day, and no reason to fail', async (t) => {
  const ending = await startSimulator({ ads: 1, days: 3, 'token-days': 2 });
  t.after(() => ending.stop());
  const { code, checks } = await doctor({ ADFILL_META_URL: ending.url });
  assert.equal(code, 0, JSON.stringify(checks));
  assert.equal(checks['act_1 expiry'].state, 'warning');
  assert.match(checks['act_1 expiry'].detail, new RegExp(`expire at \\d{4}-.*adfill integration update ${integration} --token-file FILE`));
});

test('TLS files that are missing, or none, are named', async () => {
  const key = path.join(folder, 'key.pem');
  fs.writeFileSync(key, 'no key');
  const missing = await doctor({ ADFILL_TLS_CERT: path.join(folder, 'none.pem'), ADFILL_TLS_KEY: key });
  assert.equal(missing.code, 1);
  assert.equal(missing.checks.certificate.state, 'failed');
  assert.match(missing.checks.certificate.detail, /none\.pem can't be used.*ADFILL_TLS_CERT/);
  const certificate = path.join(folder, 'cert.pem');
  spawnSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', '/CN=a', '-out', certificate, '-keyout', path.join(folder, 'good.pem')]);
  const none = await doctor({ ADFILL_TLS_CERT: certificate, ADFILL_TLS_KEY: key });
  assert.match(none.checks.certificate.detail, /key\.pem can't be used/);
  const good = await doctor({ ADFILL_TLS_CERT: certificate, ADFILL_TLS_KEY: path.join(folder, 'good.pem') });
  assert.equal(good.code, 0);
  assert.equal(good.checks.certificate.state, 'ok');
});

test('an address that something else has is named; one that adfill serves at is well', async (t) => {
  const other = net.createServer((socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n'));
  other.listen(0, '127.0.0.1');
  await once(other, 'listening');
  t.after(() => other.close());
  const taken = await doctor({ ADFILL_LISTEN: `127.0.0.1:${other.address().port}` });
  assert.equal(taken.checks.address.state, 'warning');
  assert.match(taken.checks.address.detail, /cannot listen on 127\.0\.0\.1:\d+: Address already in use; choose another.*ADFILL_LISTEN/);

  const server = await startServer(simulator, folder);
  t.after(() => server.stop());
  const own = await doctor({ ADFILL_LISTEN: `127.0.0.1:${server.port}` });
  assert.equal(own.checks.address.state, 'ok');
  assert.match(own.checks.address.detail, /adfill serves at http:\/\/127\.0\.0\.1/);
});
