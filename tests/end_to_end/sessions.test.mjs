// A sign-in at one server holds at every server of the database and over restarts, until it is ended at any of them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { call, freshFolder, startServer, startSimulator, token } from './adfill.mjs';

const signIn = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ token }) };
const statusAt = async (server, cookie) => (await fetch(`${server.url}/v1/session`, { headers: { cookie } })).status;

async function cookieFrom(server, secret = token) {
  const answer = await fetch(`${server.url}/v1/session`, { ...signIn, body: JSON.stringify({ token: secret }) });
  assert.equal(answer.status, 204);
  return answer.headers.get('set-cookie').split(';')[0];
}

test('a sign-in holds at both servers of a database and over restarts, and ends at both', async (t) => {
  const simulator = await startSimulator();
  t.after(() => simulator.stop());
  const folder = freshFolder();
  let first = await startServer(simulator, folder);
  t.after(() => first.stop());
  const second = await startServer(simulator, folder, { args: ['--no-worker'] });
  t.after(() => second.stop());

  const cookie = await cookieFrom(first);
  assert.equal(await statusAt(second, cookie), 200);
  assert.equal(await first.stop(), 0);
  first = await startServer(simulator, folder);
  assert.equal(await statusAt(first, cookie), 200);

  const signOut = (headers) => fetch(`${second.url}/v1/session`, { method: 'DELETE', headers: { cookie, ...headers } });
  assert.equal((await signOut({})).status, 403);
  assert.equal(await statusAt(first, cookie), 200);
  assert.equal((await signOut({ 'x-adfill-request': '1' })).status, 204);
  assert.equal(await statusAt(first, cookie), 401);

  const made = await call(first, 'POST', '/v1/tokens', { name: 'guest', role: 'viewer', advertisers: null });
  assert.equal(made.status, 201, made.text);
  const guest = await cookieFrom(second, made.json.token);
  assert.equal(await statusAt(first, guest), 200);
  assert.equal((await call(first, 'DELETE', `/v1/tokens/${made.json.id}`)).status, 204);
  assert.equal(await statusAt(second, guest), 401);
});
