// API and monitor over adfill's own TLS, and behind a proxy that ends it.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import path from 'node:path';
import { test } from 'node:test';
import { Started, binary, freePort, freshFolder, startServer, startSimulator, token, until } from './adfill.mjs';

function makeCertificate(folder, name) {
  const [certificate, key] = [path.join(folder, 'cert.pem'), path.join(folder, 'key.pem')];
  const made = ['-out', `${certificate}.new`, '-keyout', `${key}.new`];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2',
    '-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1', ...made], { stdio: 'ignore' });
  for (const file of [certificate, key]) fs.renameSync(`${file}.new`, file);
  return { certificate, key };
}

// One request on a connection of its own; `name` is whom the certificate names.
function ask(port, where, { method = 'GET', headers = {}, body, ca } = {}) {
  return new Promise((resolve, reject) => {
    const request = https.request({ host: '127.0.0.1', port, path: where, method, ca, agent: false, headers }, (response) => {
      const name = response.socket.getPeerCertificate().subject.CN;
      let text = '';
      response.on('data', (bytes) => (text += bytes));
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, text, name }));
    });
    request.on('error', reject);
    request.end(body);
  });
}

async function startWithTls(t) {
  const folder = freshFolder();
  const files = makeCertificate(folder, 'first');
  const port = await freePort();
  const server = new Started(['serve', '--tls-cert', files.certificate, '--tls-key', files.key], {
    ADFILL_DB: `sqlite:${path.join(folder, 'adfill.db')}`,
    ADFILL_LISTEN: `127.0.0.1:${port}`,
    ADFILL_API_TOKEN: token,
  });
  t.after(async () => {
    await server.stop('SIGKILL');
    fs.rmSync(folder, { recursive: true });
  });
  await until('the server listens', () => server.output.includes(`adfill listens on https://127.0.0.1:${port}`));
  return { server, port, files, folder, ca: () => fs.readFileSync(files.certificate) };
}

const signIn = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ token }) };

test('with a certificate API, session and event stream go over TLS, and nothing in clear', async (t) => {
  const { server, port, ca } = await startWithTls(t);
  const jobs = await ask(port, '/v1/jobs', { ca: ca(), headers: { authorization: `Bearer ${token}` } });
  assert.equal(jobs.status, 200);
  const session = await ask(port, '/v1/session', { ca: ca(), ...signIn });
  assert.equal(session.status, 204);
  assert.match(session.headers['set-cookie'][0], /; Secure/);
  for (const { headers } of [jobs, session]) assert.equal(headers['strict-transport-security'], 'max-age=31536000');

  const stream = https.request({ host: '127.0.0.1', port, path: '/v1/events', ca: ca(), headers: { authorization: `Bearer ${token}` } });
  stream.on('error', () => {});
  stream.end();
  const [events] = await once(stream, 'response');
  assert.equal(events.headers['content-type'], 'text/event-stream');
  await once(events, 'data');

  const clear = http.get({ host: '127.0.0.1', port, path: '/healthz', agent: false });
  const [error] = await once(clear, 'error');
  assert.ok(error);
  const old = spawnSync('openssl', ['s_client', '-connect', `127.0.0.1:${port}`, '-tls1_1'], { input: '', encoding: 'utf8' });
  assert.notEqual(old.status, 0);

  assert.equal(await server.stop(), 0, server.output);
});

test('a renewed certificate is used from the next connection on, a broken one leaves the last', async (t) => {
  const { port, files, folder, ca } = await startWithTls(t);
  assert.equal((await ask(port, '/healthz', { ca: ca() })).name, 'first');
  const first = ca();
  fs.writeFileSync(files.certificate, 'half a certif');
  assert.equal((await ask(port, '/healthz', { ca: first })).name, 'first');
  makeCertificate(folder, 'second');
  assert.equal((await ask(port, '/healthz', { ca: ca() })).name, 'second');
});

test('a certificate that is none, a key of another one, and one without the other are said at the start', (t) => {
  const folder = freshFolder();
  t.after(() => fs.rmSync(folder, { recursive: true }));
  const { certificate, key } = makeCertificate(folder, 'mine');
  const other = path.join(folder, 'other');
  fs.mkdirSync(other);
  const foreign = makeCertificate(other, 'foreign');
  const serve = (...args) =>
    spawnSync(binary, ['serve', ...args], {
      encoding: 'utf8',
      timeout: 20_000,
      env: { ...process.env, ADFILL_DB: `sqlite:${path.join(folder, 'adfill.db')}`, ADFILL_LISTEN: '127.0.0.1:0' },
    });
  const missing = serve('--tls-cert', path.join(folder, 'none.pem'), '--tls-key', key);
  assert.equal(missing.status, 1);
  assert.match(missing.stderr, /none\.pem can't be used/);
  const wrong = serve('--tls-cert', certificate, '--tls-key', foreign.key);
  assert.equal(wrong.status, 1);
  assert.match(wrong.stderr, /other.key\.pem can't be used: key values mismatch/);
  const alone = serve('--tls-cert', certificate);
  assert.equal(alone.status, 2);
  assert.match(alone.stderr, /ADFILL_TLS_KEY/);
  const proxies = serve('--trusted-proxies', '10.0.0.0/8, my-proxy');
  assert.equal(proxies.status, 2);
  assert.match(proxies.stderr, /'my-proxy' is neither an address nor a network/);
});

test('only a trusted proxy is believed that the client came by https', async (t) => {
  const simulator = await startSimulator();
  const folder = freshFolder();
  t.after(async () => {
    await simulator.stop();
    fs.rmSync(folder, { recursive: true });
  });
  for (const [trusted, secure] of [['127.0.0.1', true], ['none', false]]) {
    const server = await startServer(simulator, folder, { args: ['--trusted-proxies', trusted] });
    const answer = await fetch(`${server.url}/v1/session`, {
      ...signIn,
      headers: { ...signIn.headers, 'x-forwarded-proto': 'https', 'x-forwarded-for': '203.0.113.9' },
    });
    assert.equal(answer.headers.get('set-cookie').includes('; Secure'), secure);
    assert.equal(answer.headers.get('strict-transport-security'), secure ? 'max-age=31536000' : null);
    assert.equal(await server.stop(), 0);
  }
});
