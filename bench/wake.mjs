// From work being enqueued to its start in another process, on PostgreSQL with fsync on: adfill (POST over HTTP to a
// server that does not work, up to the worker's first call to the platform) against graphile-worker (addJob, up to its
// task). Beside it with the same two ends: graphile-worker's addJob behind an HTTP server in a process of its own
// (graphile_server.mjs), up to an HTTP call that its task begins with.
// One at a time, on machines at rest, in turns on one server.   node bench/wake.mjs [rounds] [milliseconds]
// With milliseconds the database is so far away: what goes to it, and what comes back, takes so long.
import { execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import path from 'node:path';
import { Started, addIntegration, day, finished, freshFolder, startServer, startSimulator, token, until } from '../tests/end_to_end/adfill.mjs';
import { startPostgres } from '../tests/end_to_end/postgres.mjs';

const rounds = Number(process.argv[2] ?? 6);
const away = Number(process.argv[3] ?? 0);
const requests = 40; // a round
const here = import.meta.dirname;
if (!fs.existsSync(path.join(here, 'node_modules'))) execFileSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: here, stdio: 'ignore' });
const { makeWorkerUtils } = await import('graphile-worker');

const now = () => performance.timeOrigin + performance.now();
const rest = () => new Promise((resolve) => setTimeout(resolve, 20 + Math.random() * 40));
const folder = freshFolder();
const postgres = await startPostgres({ fsync: 'on' });
const simulator = await startSimulator({ ads: 1, 'report-ms': 0 });

// fetch() takes half a millisecond of this process's own for each request, which would count as adfill's.
const kept = new http.Agent({ keepAlive: true });
const post = (url, body) => new Promise((resolve, reject) => {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const request = http.request(url, { method: 'POST', agent: kept, headers }, (answer) => {
    let text = '';
    answer.on('data', (bytes) => { text += bytes; }).on('end', () => resolve(JSON.parse(text)));
  });
  request.on('error', reject).end(JSON.stringify(body));
});

// The platform as the worker sees it: notes when the first call of a chunk, or of a task, comes.
let firstCall;
const platform = http.createServer((request, response) => {
  firstCall?.(now());
  const onward = http.request(simulator.url + request.url, { method: request.method, headers: request.headers }, (answer) => {
    response.writeHead(answer.statusCode, answer.headers);
    answer.pipe(response);
  });
  request.pipe(onward);
});
platform.listen(0, '127.0.0.1');
await once(platform, 'listening');

// What is between the programs and the database.
const socket = (place) => path.join(place, '.s.PGSQL.5432');
const distance = net.createServer((near) => {
  const far = net.connect(socket(postgres.url.split('host=')[1]));
  for (const [from, to] of [[near, far], [far, near]]) {
    from.on('data', (bytes) => setTimeout(() => to.write(bytes), away));
    from.on('close', () => to.destroy());
    from.on('error', () => to.destroy());
  }
});
distance.listen(socket(folder));
await once(distance, 'listening');
const reached = (url) => (away ? url.replace(/host=.*/, `host=${folder}`) : url);

async function startAdfill() {
  const url = postgres.database('adfill_bench');
  const env = { ADFILL_DB: reached(url), ADFILL_SECRET_KEY: Buffer.alloc(32, 7).toString('base64'), ADFILL_POLL_SECONDS: '0.01' };
  const server = await startServer(simulator, folder, { env, args: ['--no-worker'] });
  const worker = new Started(['worker'], { ...env, ADFILL_META_URL: `http://127.0.0.1:${platform.address().port}` }, path.join(folder, 'worker.log'));
  await until('the worker has signed on', () => postgres.sql('SELECT count(*) FROM workers', url) === '1');
  const integration = (await addIntegration(server, 'act_1', null)).json.integration_id;
  return {
    async enqueue(number) {
      const range = { since: day(-1 - (number % 700)), until: day(-1 - (number % 700)), types: ['ads'] };
      const began = new Promise((resolve) => { firstCall = resolve; });
      const asked = now();
      const { jobs } = await post(`${server.url}/v1/integrations/${integration}/initial-collection`, range);
      const answered = now();
      const waited = (await began) - asked;
      firstCall = undefined;
      await finished(server, jobs);
      return { waited, answered: answered - asked };
    },
    // From the beginning of the transaction that stores a chunk to that of the claim that takes it, in milliseconds.
    stored_to_claimed: () => postgres.sql('SELECT extract(epoch FROM started_at - created_at) * 1000 FROM collection_queue', url).split('\n').map(Number),
    async stop() {
      await worker.stop();
      await server.stop();
    },
  };
}

async function startGraphile() {
  const url = reached(postgres.database('graphile_bench'));
  const utils = await makeWorkerUtils({ connectionString: url });
  await utils.migrate();
  const worker = fork(path.join(here, 'graphile_worker.mjs'), [url]);
  await once(worker, 'message');
  return {
    async enqueue(number) {
      const began = once(worker, 'message');
      const asked = now();
      await utils.addJob('nothing', { number });
      const answered = now();
      const [{ at }] = await began;
      return { waited: at - asked, answered: answered - asked };
    },
    async stop() {
      worker.send('stop');
      await once(worker, 'exit');
      await utils.release();
    },
  };
}

async function startGraphileOverHttp() {
  const url = reached(postgres.database('graphile_http_bench'));
  const server = fork(path.join(here, 'graphile_server.mjs'), [url]);
  const [{ port }] = await once(server, 'message');
  const worker = fork(path.join(here, 'graphile_worker.mjs'), [url, `http://127.0.0.1:${platform.address().port}/`]);
  await once(worker, 'message');
  return {
    async enqueue(number) {
      const ended = once(worker, 'message');
      const began = new Promise((resolve) => { firstCall = resolve; });
      const asked = now();
      await post(`http://127.0.0.1:${port}/`, { number });
      const answered = now();
      const waited = (await began) - asked;
      firstCall = undefined;
      await ended;
      return { waited, answered: answered - asked };
    },
    async stop() {
      for (const child of [worker, server]) {
        child.send('stop');
        await once(child, 'exit');
      }
    },
  };
}

const sides = { adfill: await startAdfill(), graphile: await startGraphile(), graphile_http: await startGraphileOverHttp() };
const waits = { adfill: [], graphile: [], graphile_http: [] };
const answers = { adfill: [], graphile: [], graphile_http: [] };
for (let round = -1; round < rounds; ++round) { // the first one warms up
  const names = Object.keys(sides);
  for (const name of round % 2 ? names.reverse() : names) {
    for (let number = 0; number < (round < 0 ? 5 : requests); ++number) {
      await rest();
      const { waited, answered } = await sides[name].enqueue((round + 1) * requests + number);
      if (round < 0) continue;
      waits[name].push(waited);
      answers[name].push(answered);
    }
  }
}
const claimed = sides.adfill.stored_to_claimed();
for (const side of Object.values(sides)) await side.stop();
kept.destroy();
platform.close();
platform.closeAllConnections();
distance.close();
await simulator.stop();
await postgres.stop();
fs.rmSync(folder, { recursive: true });

const at = (values, share) => Number([...values].sort((a, b) => a - b)[Math.floor((values.length - 1) * share)].toFixed(2));
const both = (values) => ({ p50: at(values, 0.5), p99: at(values, 0.99) });
const share = (name, of) => Number((at(waits.adfill, of) / at(waits[name], of)).toFixed(2));
const ratio = (name) => ({ p50: share(name, 0.5), p99: share(name, 0.99) });
const found = {
  bench: 'wake', milliseconds_away: away, requests: rounds * requests,
  adfill_ms: both(waits.adfill), graphile_worker_ms: both(waits.graphile),
  adfill_answer_ms: both(answers.adfill), graphile_worker_answer_ms: both(answers.graphile),
  adfill_stored_to_claimed_ms: both(claimed),
  graphile_worker_http_ms: both(waits.graphile_http), graphile_worker_http_answer_ms: both(answers.graphile_http),
  ratio: ratio('graphile'), ratio_same_ends: ratio('graphile_http'),
};
console.error(`enqueue to start in another process: adfill p50 ${found.adfill_ms.p50} ms, p99 ${found.adfill_ms.p99} ms; `
  + `graphile-worker p50 ${found.graphile_worker_ms.p50} ms, p99 ${found.graphile_worker_ms.p99} ms `
  + `(adfill takes ${found.ratio.p50} and ${found.ratio.p99} of it), with HTTP at both ends p50 ${found.graphile_worker_http_ms.p50} ms, `
  + `p99 ${found.graphile_worker_http_ms.p99} ms (${found.ratio_same_ends.p50} and ${found.ratio_same_ends.p99})`);
console.log(JSON.stringify(found));
