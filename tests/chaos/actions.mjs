// How each action of a plan is done to a fleet. What takes time goes on beside the next actions.
import { day } from '../end_to_end/adfill.mjs';

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const days = ({ since, until }) => ({ since: day(-since), until: day(-until) });

export const acts = {
  kill_worker: (fleet, { worker, back_after_ms }) => fleet.machines[worker].kill(back_after_ms),
  kill_server: (fleet, { back_after_ms }) => fleet.server.kill(back_after_ms),
  async kill_database(fleet, { how, back_after_ms }) {
    await fleet.database.kill(how);
    await pause(back_after_ms);
    await fleet.database.up();
  },
  pause_worker(fleet, { worker, for_ms }) {
    const { process } = fleet.machines[worker]; // that one, not one started after it
    process.child.kill('SIGSTOP');
    fleet.later(async () => {
      await pause(for_ms);
      process.child.kill('SIGCONT');
    });
  },
  cut: (fleet, { worker, after_bytes }) => fleet.machines[worker].wire.cutAfter(after_bytes),
  half_open(fleet, { worker, for_ms }) {
    const { wire } = fleet.machines[worker];
    wire.dropAll();
    fleet.later(async () => {
      await pause(for_ms);
      wire.heal();
    });
  },
  throttle: (fleet, { account, seconds }) => fleet.simulator.post('/simulator/fault', { kind: 'throttle', account, seconds }),
  async fail(fleet, { act: _, wait_ms, ...fault }) {
    await fleet.simulator.post('/simulator/fault', { clear: true });
    await fleet.simulator.post('/simulator/fault', fault);
  },
  restate: (fleet, { account, since, until, factor_percent, remove_ads, keep_in_account_total }) =>
    fleet.simulator.post('/simulator/restate', { account, ...days({ since, until }), factor_percent, remove_ads, keep_in_account_total }),
  request(fleet, { account, newest_first, ...range }) {
    fleet.later(() => fleet.collect(account, { ...days(range), newest_first }));
  },
  cancel: (fleet, { job }) => change(fleet, job, 'running', 'cancel'),
  retry: (fleet, { job }) => change(fleet, job, 'failed', 'retry'),
};

function change(fleet, number, status, verb) {
  fleet.later(async () => {
    const jobs = (await fleet.request('GET', `/v1/jobs?limit=200&status=${status}`)).json?.jobs ?? [];
    if (jobs.length > 0) await fleet.request('POST', `/v1/jobs/${jobs[number % jobs.length].id}/${verb}`);
  });
}
