// From a request being answered 202 to its first chunk being worked on: p50 and p99 of 300 requests, one at a time, on a
// server at rest.   node bench/latency.mjs [requests]
import fs from 'node:fs';
import { addIntegration, call, day, freshFolder, startServer, startSimulator, until } from '../tests/end_to_end/adfill.mjs';

const requests = Number(process.argv[2] ?? 300);
const folder = freshFolder();
const simulator = await startSimulator({ ads: 1, 'report-ms': 0 });
const server = await startServer(simulator, folder, { env: { ADFILL_POLL_SECONDS: '0.01' } });
const added = await addIntegration(server, 'act_1', null);
const waits = [];
const answers = [];
for (let number = 0; number < requests; ++number) {
  const range = { since: day(-1 - (number % 700)), until: day(-1 - (number % 700)), types: ['ads'] };
  const asked = performance.now();
  const answer = await call(server, 'POST', `/v1/integrations/${added.json.integration_id}/initial-collection`, range);
  answers.push(performance.now() - asked);
  const job = await until('the job ends', async () => {
    const read = (await call(server, 'GET', `/v1/jobs/${answer.json.jobs[0].id}`)).json;
    return read.status === 'completed' && read;
  });
  waits.push(Date.parse(job.chunks[0].started_at) - Date.parse(job.chunks[0].created_at));
}
await server.stop();
await simulator.stop();
fs.rmSync(folder, { recursive: true });
const at = (values, share) => Number([...values].sort((a, b) => a - b)[Math.floor((values.length - 1) * share)].toFixed(2));
console.log(JSON.stringify({
  bench: 'latency', requests,
  enqueue_to_start_ms: { p50: at(waits, 0.5), p99: at(waits, 0.99) },
  answer_ms: { p50: at(answers, 0.5), p99: at(answers, 0.99) },
}));
