// Peak memory of adfill while it collects ten thousand rows and a million.   node bench/memory.mjs [million's ads]
import fs from 'node:fs';
import { addIntegration, call, day, finished, freshFolder, startServer, startSimulator } from '../tests/end_to_end/adfill.mjs';

async function peak(ads, days) {
  const folder = freshFolder();
  const simulator = await startSimulator({ ads, days, 'report-ms': 0 });
  const server = await startServer(simulator, folder);
  const added = await addIntegration(server, 'act_1', null);
  const range = { since: day(-days), until: day(-1), types: ['ads'] };
  const answer = await call(server, 'POST', `/v1/integrations/${added.json.integration_id}/initial-collection`, range);
  const [job] = await finished(server, answer.json.jobs, { seconds: 900 });
  const status = fs.readFileSync(`/proc/${server.child.pid}/status`, 'utf8');
  const kib = Number(/VmHWM:\s+(\d+)/.exec(status)[1]);
  await server.stop();
  await simulator.stop();
  fs.rmSync(folder, { recursive: true });
  if (job.status !== 'completed') throw new Error(JSON.stringify(job));
  return { rows: job.rows, megabytes: Number((kib / 1024).toFixed(1)) };
}

const small = await peak(20, 730);
const large = await peak(Number(process.argv[2] ?? 1500), 730);
console.log(JSON.stringify({ bench: 'memory', small, large, difference_megabytes: Number((large.megabytes - small.megabytes).toFixed(1)) }));
