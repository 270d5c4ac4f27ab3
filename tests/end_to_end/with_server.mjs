// node with_server.mjs COMMAND ...: runs a command beside a fresh adfill on a simulator that takes its time, so that progress
// can be watched; ADFILL_URL, ADFILL_TOKEN, SIMULATOR_URL and SIMULATED_ACCOUNT tell the command where it is.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import { accessToken, freshFolder, startServer, startSimulator, token, twoYears } from './adfill.mjs';

const folder = freshFolder();
const simulator = await startSimulator({ ads: 12, 'report-ms': 400, 'latency-ms': 15, quota: 60, 'quota-seconds': 3 });
const server = await startServer(simulator, folder);
const child = spawn(process.argv[2], process.argv.slice(3), {
  stdio: 'inherit',
  env: {
    ...process.env,
    ADFILL_URL: server.url,
    SIMULATOR_URL: simulator.url,
    ADFILL_TOKEN: token,
    SIMULATED_ACCOUNT: JSON.stringify({ advertiser: 'Acme', account_id: 'act_42', access_token: accessToken, ...twoYears() }),
  },
});
const [status] = await once(child, 'exit');
await server.stop();
await simulator.stop();
fs.rmSync(folder, { recursive: true });
process.exitCode = status ?? 1;
