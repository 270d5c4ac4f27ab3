// graphile-worker in a process of its own, with its own defaults, on jobs that do nothing: tells its parent when each
// begins. With a URL to call, that is what each does, and it tells when it is answered.
//   node graphile_worker.mjs URL [URL to call]
import http from 'node:http';
import { Logger, run } from 'graphile-worker';

const now = () => performance.timeOrigin + performance.now();
const called = process.argv[3];
const agent = new http.Agent({ keepAlive: true });
const call = () => new Promise((resolve, reject) => {
  http.request(called, { method: 'POST', agent }, (answer) => answer.resume().on('end', resolve)).on('error', reject).end();
});
const runner = await run({
  connectionString: process.argv[2],
  concurrency: 4,
  noHandleSignals: true,
  logger: new Logger(() => () => undefined),
  taskList: {
    nothing: async (payload) => {
      const at = now();
      if (called) await call();
      process.send({ began: payload.number, at });
    },
  },
});
process.on('disconnect', () => process.exit());
process.on('message', () => runner.stop().then(() => process.exit()));
process.send({ ready: true });
