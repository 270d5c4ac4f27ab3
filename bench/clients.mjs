// The server with a thousand idle clients, two hundred busy ones (wrk) and two hundred slow ones at once, and then more than it lets
// in: its memory before, during and after, who is cut off and when.   node bench/clients.mjs [--seconds 60]
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import { addIntegration, call, day, finished, freshFolder, startServer, startSimulator, token } from '../tests/end_to_end/adfill.mjs';

const flag = process.argv.indexOf('--seconds');
const seconds = flag > 0 ? Number(process.argv[flag + 1]) : 60;
const counts = { idle: 1000, busy: 200, slow_headers: 100, slow_bodies: 100 };
const limits = { header_seconds: 10, body_seconds: 30, connections: 2048 };
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const note = (text) => console.error(text);

function memory(server) {
  const status = fs.readFileSync(`/proc/${server.child.pid}/status`, 'utf8');
  return Number((Number(/VmRSS:\s+(\d+)/.exec(status)[1]) / 1024).toFixed(1));
}

// A connection that has sent `text` and says nothing more. `ended`: what it was told, and after how long.
function client(port, text) {
  const socket = net.connect({ port, host: '127.0.0.1' });
  const begun = Date.now();
  let said = '';
  socket.on('data', (data) => (said += data));
  socket.on('error', () => {});
  const ended = new Promise((resolve) => socket.on('close', () => resolve({ said, seconds: (Date.now() - begun) / 1000 })));
  const open = new Promise((resolve) => socket.on('connect', resolve).on('close', resolve));
  if (text) socket.write(text);
  return { socket, ended, open, said: () => said };
}

async function clients(port, count, text) {
  const all = [];
  for (let made = 0; made < count; ++made) {
    all.push(client(port, text));
    if (made % 50 === 49) await Promise.all(all.map((one) => one.open));
  }
  await Promise.all(all.map((one) => one.open));
  return all;
}

function busy(url) {
  const args = ['-t2', `-c${counts.busy}`, `-d${seconds}s`, '--timeout', '10s', '--latency', '-H', `Authorization: Bearer ${token}`, `${url}/v1/jobs?limit=20`];
  const child = spawn('wrk', args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let out = '';
  child.stdout.on('data', (data) => (out += data));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve(out) : reject(new Error(`wrk ended with ${code}`))));
  });
}

function figures(out) {
  const milliseconds = (share) => {
    const [, value, unit] = new RegExp(`\\s${share}%\\s+([\\d.]+)(us|ms|s)`).exec(out);
    return Number((Number(value) * { us: 0.001, ms: 1, s: 1000 }[unit]).toFixed(1));
  };
  const errors = /Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/.exec(out);
  return {
    requests_a_second: Math.round(Number(/Requests\/sec:\s+([\d.]+)/.exec(out)[1])),
    p50_ms: milliseconds(50),
    p99_ms: milliseconds(99),
    errors: errors ? errors.slice(1).reduce((sum, one) => sum + Number(one), 0) : 0,
    not_200: Number(/Non-2xx or 3xx responses: (\d+)/.exec(out)?.[1] ?? 0),
  };
}

// How many of them were told that status, and when the first and the last were let go.
async function cutOff(slow, status) {
  const ends = await Promise.all(slow.map((one) => one.ended));
  const times = ends.map((one) => one.seconds).sort((a, b) => a - b);
  return { told: ends.filter((one) => one.said.startsWith(`HTTP/1.1 ${status}`)).length, of: ends.length, first_seconds: times[0], last_seconds: times.at(-1) };
}

// One connection more after another, until nobody gets in.
async function overTheLimit(server, idle) {
  const more = await clients(server.port, limits.connections - idle.length + 200, 'GET /healthz HTTP/1.1\r\nHost: bench\r\n\r\n');
  await pause(1500);
  const told = (status) => more.filter((one) => one.said().startsWith(`HTTP/1.1 ${status}`)).length;
  const result = { let_in: told(200), told_503: told(503), closed: more.filter((one) => one.said() === '').length };
  const before = idle[0].said().length;
  idle[0].socket.write('GET /healthz HTTP/1.1\r\nHost: bench\r\n\r\n');
  await pause(500);
  result.health_of_those_inside = idle[0].said().length > before;
  for (const one of more) one.socket.destroy();
  await pause(1000);
  result.health_afterwards = (await fetch(`${server.url}/healthz`)).status;
  return result;
}

const folder = freshFolder();
const simulator = await startSimulator({ ads: 20, days: 90, 'report-ms': 0 });
const server = await startServer(simulator, folder);
const added = await addIntegration(server, 'act_1', { since: day(-90), until: day(-1) });
await finished(server, added.json.jobs);
for (let warm = 0; warm < 200; ++warm) await call(server, 'GET', '/v1/jobs?limit=20');

const result = { bench: 'clients', seconds, clients: counts, memory_mb: { before: memory(server) } };
note(`before: ${result.memory_mb.before} MB`);
const idle = await clients(server.port, counts.idle, 'GET /healthz HTTP/1.1\r\nHost: bench\r\n\r\n');
result.memory_mb.with_idle = memory(server);
const slowHeaders = await clients(server.port, counts.slow_headers, 'GET /v1/jobs HTTP/1.1\r\nHost: be');
const slowBodies = await clients(
  server.port,
  counts.slow_bodies,
  `POST /v1/tokens HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"na`,
);
// A byte now and then does not buy them time.
const drip = setInterval(() => [...slowHeaders, ...slowBodies].forEach((one) => !one.socket.destroyed && one.socket.write('x')), 3000);
const samples = [];
const look = setInterval(() => samples.push(memory(server)), 500);
const cut = { headers: cutOff(slowHeaders, 408), bodies: cutOff(slowBodies, 408) };
result.busy = figures(await busy(server.url));
clearInterval(look);
result.slow = { headers: await cut.headers, bodies: await cut.bodies };
clearInterval(drip);
const half = samples.slice(Math.floor(samples.length / 2));
Object.assign(result.memory_mb, { during_first_half: Math.max(...samples.slice(0, samples.length - half.length)), during_second_half: Math.max(...half) });
result.idle_still_there = idle.filter((one) => !one.socket.destroyed).length;
result.over_the_limit = await overTheLimit(server, idle.filter((one) => !one.socket.destroyed));
for (const one of idle) one.socket.destroy();
await pause(2000);
result.memory_mb.after = memory(server);
await server.stop();
await simulator.stop();
fs.rmSync(folder, { recursive: true });
note(`with ${counts.idle} idle, ${counts.busy} busy and ${counts.slow_headers + counts.slow_bodies} slow clients: ${JSON.stringify(result.memory_mb)} MB`);
console.log(JSON.stringify(result));
