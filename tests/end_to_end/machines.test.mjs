// Several processes on one PostgreSQL, as on several machines: the one that takes requests does not work, the one that
// works takes none.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Started, addIntegration, call, day, finished, freshFolder, startServer, startSimulator, token, until } from './adfill.mjs';
import { startPostgres } from './postgres.mjs';

const folder = freshFolder();
const poll_ms = 500; // how long a worker sleeps that nobody wakes
let postgres, simulator;

before(async () => {
  postgres = await startPostgres();
  simulator = await startSimulator({ ads: 2, days: 400, 'report-ms': 0 });
});

after(async () => {
  await simulator.stop();
  await postgres.stop();
  fs.rmSync(folder, { recursive: true });
});

async function startPair(name) {
  const url = postgres.database(name);
  const env = { ADFILL_DB: url, ADFILL_SECRET_KEY: Buffer.alloc(32, 7).toString('base64'), ADFILL_META_URL: simulator.url, ADFILL_POLL_SECONDS: '0.01' };
  const server = await startServer(simulator, folder, { env, args: ['--no-worker'] });
  const worker = new Started(['worker'], env, path.join(folder, `${name}-worker.log`));
  await until('the worker has signed on', () => postgres.sql('SELECT count(*) FROM workers', url) === '1');
  return { server, worker, url };
}

test('what is asked of one machine starts on another long before it would have looked', async () => {
  const { server, worker } = await startPair('wake');
  const added = await addIntegration(server, 'act_1', null);
  const waits = [];
  for (let number = 1; number <= 15; ++number) {
    const range = { since: day(-number), until: day(-number), types: ['ads'] };
    const asked = await call(server, 'POST', `/v1/integrations/${added.json.integration_id}/initial-collection`, range);
    assert.equal(asked.status, 202, asked.text);
    const [job] = await finished(server, asked.json.jobs);
    assert.equal(job.status, 'completed');
    waits.push(Date.parse(job.chunks[0].started_at) - Date.parse(job.chunks[0].created_at));
  }
  waits.sort((one, other) => one - other);
  assert.ok(waits[7] < poll_ms / 5, `half of them started within ${waits[7]} ms: ${waits}`);
  await worker.stop();
  await server.stop();
});

test("the event stream of the server tells that another machine changed something", async () => {
  const { server, worker } = await startPair('events');
  const added = await addIntegration(server, 'act_2', null);
  const ended = new AbortController();
  const stream = await fetch(`${server.url}/v1/events`, { headers: { authorization: `Bearer ${token}` }, signal: ended.signal });
  const reader = stream.body.pipeThrough(new TextDecoderStream()).getReader();
  let told = (await reader.read()).value;
  const asked = await call(server, 'POST', `/v1/integrations/${added.json.integration_id}/initial-collection`,
    { since: day(-3), until: day(-1), types: ['ads'] });
  const late = setTimeout(() => ended.abort(new Error(`no word of the other machine: ${told}`)), 20_000);
  while (!told.includes('event: missed')) told += (await reader.read()).value;
  clearTimeout(late);
  await finished(server, asked.json.jobs);
  ended.abort();
  await worker.stop();
  await server.stop();
});
