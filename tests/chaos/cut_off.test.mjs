// A machine whose network goes in the middle of a chunk: its lease runs out, another one collects the chunk, and when it
// comes back its token commits nothing.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { day, startSimulator, until } from '../end_to_end/adfill.mjs';
import { Fleet } from './fleet.mjs';
import { checkAgainstTruth, checkAlways, checkAtRest } from './invariants.mjs';

const history = 100;
const days = Array.from({ length: history }, (_, index) => day(index - history));

test('a machine that is cut off in the middle of a chunk commits nothing when it comes back', async () => {
  const simulator = await startSimulator({ ads: 10, days: history, 'report-ms': 1500 });
  const fleet = await Fleet.start({ simulator, workers: 1, lease: 2 });
  const { database, machines: [lonely] } = fleet;
  const held = () => database.ask(`SELECT r.token FROM released_chunks r JOIN workers w ON w.id = r.worker_id WHERE w.process_id = ${lonely.process.child.pid}`);
  for (const account of ['act_1', 'act_2', 'act_3', 'act_4']) await fleet.add(account, { since: days[0], until: days.at(-1) });
  const tokens = await until('it works on a chunk', async () => {
    const rows = await held();
    return rows.length > 0 && rows.map(([token]) => token);
  });
  lonely.wire.dropAll();
  const committed = () => database.ask(`SELECT count(*) FROM collection_coverage WHERE attempt IN ('${tokens.join("','")}')`);
  const [[before]] = await committed();
  await fleet.drained(90);
  lonely.wire.heal();
  await until('it is back', async () => (await database.ask(`SELECT 1 FROM workers WHERE process_id = ${lonely.process.child.pid} AND lease_until > now()`)).length > 0, { seconds: 60 });
  await new Promise((resolve) => setTimeout(resolve, 2000));
  assert.deepEqual(await committed(), [[before]], 'no token from before the cut has committed anything since');
  const lost = await database.ask("SELECT 1 FROM collection_attempts WHERE failure_kind = 'worker_lost'");
  assert.ok(lost.length > 0, 'the sweep took back what it held');
  await checkAlways(database, new Map());
  await checkAtRest(database);
  for (const account of ['act_1', 'act_2', 'act_3', 'act_4']) await checkAgainstTruth(database, simulator, account, days);
  await fleet.stop();
  await simulator.stop();
});
