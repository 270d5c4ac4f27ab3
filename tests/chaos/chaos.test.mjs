// Everything goes wrong, from one seed; then all must be exact. See run for how to start it by hand.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseArgs } from 'node:util';
import { day, startSimulator } from '../end_to_end/adfill.mjs';
import { acts } from './actions.mjs';
import { Fleet } from './fleet.mjs';
import { checkAgainstTruth, checkAlways, checkAtRest } from './invariants.mjs';
import { accounts, history, makePlan } from './plan.mjs';

const { values } = parseArgs({
  options: { seed: { type: 'string' }, rounds: { type: 'string', default: '2' }, kills: { type: 'string', default: '12' }, plan: { type: 'boolean' } },
});
const setup = { seed: Number(values.seed ?? Date.now() % 1_000_000), rounds: Number(values.rounds), kills: Number(values.kills), workers: 3, lease: 2 };
const plan = makePlan(setup);
const range = { since: day(-history), until: day(-1) };
const days = Array.from({ length: history }, (_, index) => day(index - history));
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

if (values.plan) {
  console.log(JSON.stringify(plan, null, 1));
  process.exit(0);
}
console.log(`# tests/chaos/run --seed ${setup.seed} --rounds ${setup.rounds} --kills ${setup.kills}`);
assert.deepEqual(makePlan(setup), plan, 'the same seed gives the same plan');

const simulator = await startSimulator({ seed: setup.seed, ads: 25, days: history, 'report-ms': 150, 'latency-ms': 5 });
const fleet = await Fleet.start({ simulator, ...setup });
const newest = new Map();

// What is done is told as it is done, so that a failure can be read.
async function round(actions, t) {
  const started = Date.now();
  for (const action of actions) {
    await pause(action.wait_ms);
    t.diagnostic(`${((Date.now() - started) / 1000).toFixed(1)} s ${JSON.stringify(action)}`);
    await acts[action.act](fleet, action);
    if (action.act.startsWith('kill')) await checkAlways(fleet.database, newest);
  }
  await fleet.calm();
  await fleet.drained(120);
  await checkAlways(fleet.database, newest);
  await checkAtRest(fleet.database);
  for (const account of accounts) {
    const answer = await fleet.collect(account, range);
    assert.ok([200, 202].includes(answer.status), answer.text);
  }
  const [[since]] = await fleet.database.ask('SELECT last_value FROM asked_sequence');
  await fleet.drained(120);
  await checkAlways(fleet.database, newest);
  await checkAtRest(fleet.database);
  for (const account of accounts) await checkAgainstTruth(fleet.database, simulator, account, days);
  const unwell = await fleet.database.ask(`SELECT id, status, error_message FROM collection_jobs WHERE asked > ${since} - 12 AND status <> 'completed'`);
  assert.deepEqual(unwell, [], 'when nothing fails any more every job completes');
  assert.deepEqual(fleet.machines.flatMap((machine) => machine.crashes), []);
  assert.deepEqual(fleet.database.logged('deadlock detected'), []);
}

test(`chaos, ${setup.kills} kills in ${setup.rounds} rounds (--seed ${setup.seed})`, async (t) => {
  for (const account of accounts) await fleet.add(account, range);
  for (const [index, actions] of plan.entries()) {
    await t.test(`round ${index + 1}: ${actions.length} actions, then all is exact`, (inner) => round(actions, inner));
  }
  const stats = await simulator.get('/simulator/stats');
  // A machine may make a call while the word of a closure is on its way from another.
  const closures = plan.flat().filter((action) => action.act === 'throttle').length;
  assert.ok(stats.during_cool_down <= closures * fleet.machines.length, `8: ${stats.during_cool_down} calls during ${closures} cool-downs`);
  t.diagnostic(JSON.stringify({ answers: fleet.answers, stats, ended: fleet.machines.map(({ name, ended }) => [name, ended]) }));
  await fleet.stop();
  await simulator.stop();
});
