// graphile-worker in a process of its own, with its own defaults, on jobs that do nothing: tells its parent when each
// begins.   node graphile_worker.mjs URL
import { Logger, run } from 'graphile-worker';

const now = () => performance.timeOrigin + performance.now();
const runner = await run({
  connectionString: process.argv[2],
  concurrency: 4,
  noHandleSignals: true,
  logger: new Logger(() => () => undefined),
  taskList: { nothing: async (payload) => void process.send({ began: payload.number, at: now() }) },
});
process.on('disconnect', () => process.exit());
process.on('message', () => runner.stop().then(() => process.exit()));
process.send({ ready: true });
