// What happens in a run, from its seed alone: the same seed gives the same actions at the same moments.

export const accounts = ['act_1', 'act_2', 'act_3', 'act_4'];
export const history = 400; // days up to yesterday that the accounts have and every round ends with

const kills = ['kill_worker', 'kill_worker', 'kill_worker', 'kill_server', 'kill_database', 'kill_database'];
const troubles = ['pause_worker', 'cut', 'half_open', 'throttle', 'fail', 'fail', 'restate', 'request', 'request', 'cancel', 'retry'];

// mulberry32: small, and the same on every machine.
export function random(seed) {
  let state = seed >>> 0;
  const draw = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (count) => Math.floor(draw() * count);
  const pick = (values) => values[below(values.length)];
  const between = (least, most) => least + below(most - least + 1);
  const shuffle = (values) => {
    const left = [...values];
    return Array.from({ length: left.length }, () => left.splice(below(left.length), 1)[0]);
  };
  return { below, pick, between, shuffle };
}

// Days before today, both ends included, the older one first.
function someDays({ between }) {
  const until = between(1, history - 20);
  return { since: between(until + 10, history), until };
}

const details = {
  kill_worker: ({ below, between }, workers) => ({ worker: below(workers), back_after_ms: between(0, 800) }),
  kill_server: ({ between }) => ({ back_after_ms: between(0, 500) }),
  kill_database: ({ pick, between }) => ({ how: pick(['SIGQUIT', 'SIGKILL']), back_after_ms: between(0, 1500) }),
  pause_worker: ({ below }, workers, lease) => ({ worker: below(workers), for_ms: Math.round(lease * 1000 * 1.8) }),
  cut: ({ below, between }, workers) => ({ worker: below(workers + 1), after_bytes: between(1, 20_000) }),
  half_open: ({ below, between }, workers) => ({ worker: below(workers + 1), for_ms: between(500, 4000) }),
  throttle: ({ pick, between }) => ({ account: pick(accounts), seconds: between(1, 4) }),
  fail: ({ pick, below, between }) => pick([
    { kind: 'transient', rate: 0.15 },
    { kind: 'html', rate: 0.1 },
    { kind: 'cut', rate: 0.1 },
    { kind: 'slow', rate: 0.2, ms: between(100, 900) },
    { kind: 'garbage', count: between(1, 2), body: pick(['{"data": 7}', '[', 'null', '\u0000']) },
    { kind: 'reduce', count: between(1, 5) },
    { kind: 'too_large', count: between(1, 3) },
    { kind: 'report_failed', count: between(1, 3) },
    { kind: 'stuck', count: between(1, 2), seconds: between(1, 3) },
    { kind: 'no_answer', count: 1 + below(2) },
  ]),
  restate: (draw) => ({
    account: draw.pick(accounts),
    ...someDays(draw),
    factor_percent: draw.between(50, 150),
    remove_ads: draw.below(3),
    keep_in_account_total: draw.below(2) === 0,
  }),
  request: (draw) => ({ account: draw.pick(accounts), ...someDays(draw), newest_first: draw.below(2) === 0 }),
  cancel: ({ below }) => ({ job: below(1000) }),
  retry: ({ below }) => ({ job: below(1000) }),
};

// A list of actions a round. Each deck holds everything that can happen, in an order of its own, so that a short run meets
// it all too.
export function makePlan({ seed, rounds, kills: wanted, workers, lease }) {
  const draw = random(seed);
  const plan = [];
  let left = wanted;
  for (let round = 0; round < rounds; ++round) {
    const actions = [];
    let here = Math.ceil(left / (rounds - round));
    left -= here;
    while (here > 0) {
      for (const kind of draw.shuffle([...kills.slice(0, here), ...troubles])) {
        actions.push({ act: kind, wait_ms: draw.between(50, 1300), ...details[kind](draw, workers, lease) });
      }
      here -= Math.min(here, kills.length);
    }
    plan.push(actions);
  }
  return plan;
}
