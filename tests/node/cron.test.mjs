// adfill's due times against the npm package cron-parser, over ten years in ten time zones: one expression over all of them,
// around every change of clocks, and drawn ones (names, ranges, steps, lists, L, #, day or weekday) from drawn moments of
// them. They agree but at changes of clocks, where adfill does what an operator expects of a collection and cron-parser doesn't:
// - a time that the change skips: adfill runs once, at the change; cron-parser an hour late, and once for each of them.
// - an hour that comes twice: adfill runs in the first one only; cron-parser runs schedules of many hours in both.
import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {test} from 'node:test';
import {CronExpressionParser} from 'cron-parser';

const from = Date.parse('2020-01-01T00:00:00Z');
const until = Date.parse('2030-01-01T00:00:00Z');
const zones = [
  'UTC', 'Asia/Seoul', 'America/New_York', 'America/Sao_Paulo', 'Europe/Berlin', 'Europe/Rome', 'Europe/Paris',
  'Australia/Sydney', 'America/Santiago', 'Africa/Cairo'];
// Half past two on the Sundays around which clocks are changed. One expression, since cron-parser takes some milliseconds a
// due time, and zones whose clocks change by an hour, since half an hour (Lord Howe) keeps it busy for ever. London is
// not among them: there cron-parser leaves out the half past two right after the skipped hour, which exists.
const cron = '30 2 * 3,4,9-11 SUN';
const minute = 60_000;

const offsetOf = (zone) => {
  const format = new Intl.DateTimeFormat('en-US', {timeZone: zone, hourCycle: 'h23', year: 'numeric', month: 'numeric',
    day: 'numeric', hour: 'numeric', minute: 'numeric'});
  return (at) => {
    const {year, month, day, hour, minute: minutes} =
      Object.fromEntries(format.formatToParts(at).map(({type, value}) => [type, Number(value)]));
    return Date.UTC(year, month - 1, day, hour, minutes) - at;
  };
};

// The changes of clocks: when, and by how much.
const changesOf = (zone) => {
  const offset = offsetOf(zone);
  const changes = [];
  for (let day = from; day < until; day += 1440 * minute) {
    if (offset(day) === offset(day + 1440 * minute)) continue;
    let [before, after] = [day, day + 1440 * minute];
    while (after - before > minute) {
      const middle = before + Math.floor((after - before) / 2 / minute) * minute;
      if (offset(middle) === offset(day)) before = middle;
      else after = middle;
    }
    changes.push({at: after, by: offset(after) - offset(before)});
  }
  return changes;
};

const ours = (cron, zone, since = from, last = until) => {
  const answer = execFileSync(process.env.ADFILL_BINARY, ['schedule', 'next', '--json', '--cron', cron, '--zone', zone,
    '--from', new Date(since).toISOString(), '--until', new Date(last).toISOString()], {maxBuffer: 1 << 28});
  return JSON.parse(answer).due.map((time) => Date.parse(time));
};

const theirs = (cron, zone) => {
  const expression = CronExpressionParser.parse(cron, {currentDate: new Date(from), tz: zone});
  const times = [];
  for (let time = expression.next().getTime(); time <= until; time = expression.next().getTime()) times.push(time);
  return times;
};

// The same draws from the same seed.
const draws = (seed) => () => {
  seed = (seed + 0x6d2b79f5) | 0;
  let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
};
const months = 'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC'.split(' ');
const weekdays = 'SUN MON TUE WED THU FRI SAT'.split(' ');

// An expression that a user could have written.
const drawnCron = (draw) => {
  const below = (count) => Math.floor(draw() * count);
  const one = (choices) => choices[below(choices.length)];
  const value = (least, most) => least + below(most - least + 1);
  const range = (least, most) => {
    const first = value(least, most - 1);
    return `${first}-${value(first + 1, most)}`;
  };
  const plain = (least, most) => one([
    () => `${value(least, most)}`,
    () => range(least, most),
    () => `${range(least, most)}/${value(2, 7)}`,
    () => `*/${value(2, Math.min(20, most))}`,
    () => {  // apart from each other: cron-parser takes no value twice
      const middle = value(least + 2, most - 2);
      return [value(least, middle - 1), middle, range(middle + 1, most)].join(',');
    },
  ])();
  const day = one([() => '*', () => plain(1, 28), () => 'L', () => `${value(1, 28)},L`])();
  const month = one([() => '*', () => plain(1, 12), () => one(months), () => `${one(months.slice(0, 6))}-${one(months.slice(6))}`])();
  // A day and the third Monday: which of both is not agreed on.
  const weekday = day !== '*' ? one(['*', '1-5', 'SUN', 'MON,WED']) : one([
    () => '*', () => plain(0, 6), () => one(weekdays), () => `${one(weekdays.slice(1, 3))}-${one(weekdays.slice(3))}`,
    () => '7', () => `${value(0, 6)}#${value(1, 5)}`, () => `${value(0, 6)}L`, () => `${one(weekdays.slice(0, 3))},${one(weekdays.slice(3))}`])();
  return `${plain(0, 59)} ${one([() => '*', () => plain(0, 23)])()} ${day} ${month} ${weekday}`;
};

const seed = Number(process.env.ADFILL_CRON_SEED ?? 4711);
const drawn = 15; // a zone
const compared = 20; // due times of each

const inside = (times, since, until) => times.filter((time) => time >= since && time < until);

for (const zone of zones) {
  test(`due times of ten years in ${zone} are cron-parser's`, () => {
    const changes = changesOf(zone);
    const disputed = (time) => changes.some(({at, by}) => time >= at && time < at + Math.abs(by));
    const [mine, known] = [ours(cron, zone), theirs(cron, zone)];
    const told = (times) => times.filter((time) => !disputed(time)).map((time) => new Date(time).toISOString());
    assert.ok(mine.length > 1, cron);
    assert.deepEqual(told(mine), told(known), `${cron} in ${zone}`);
    for (const {at, by} of changes) {
      const [mineThen, knownThen] = [inside(mine, at, at + Math.abs(by)), inside(known, at, at + Math.abs(by))];
      // Put back: what comes twice was due already.
      if (by < 0) assert.deepEqual(mineThen, [], `${cron} in ${zone} twice`);
      // Put forward: late work is not late by an hour, and not done twice.
      if (by > 0 && knownThen.length > 0) assert.equal(mineThen[0], at, `${cron} in ${zone} after a skipped hour`);
      if (by > 0) assert.ok(mineThen.length <= Math.max(1, knownThen.length), `${cron} in ${zone}`);
      if (by > 0 && knownThen.length === 0) assert.deepEqual(mineThen, [], `${cron} in ${zone} out of nothing`);
    }
  });
}

for (const [number, zone] of zones.entries()) {
  test(`drawn expressions fall due in ${zone} as cron-parser says (ADFILL_CRON_SEED=${seed})`, () => {
    const draw = draws(seed + number);
    const changes = changesOf(zone);
    for (let count = 0; count < drawn; ++count) {
      const cron = drawnCron(draw);
      const since = from + Math.floor(draw() * 9 * 365) * 1440 * minute;
      const expression = CronExpressionParser.parse(cron, {currentDate: new Date(since), tz: zone});
      const known = Array.from({length: compared}, () => expression.next().getTime()).filter((time) => time <= until);
      const last = known.at(-1) ?? until;
      // A change moves what is due in the hours around it.
      const disputed = (time) => changes.some(({at}) => Math.abs(time - at) < 180 * minute);
      const told = (times) => times.filter((time) => !disputed(time)).map((time) => new Date(time).toISOString());
      assert.deepEqual(told(ours(cron, zone, since, last)), told(known), `${cron} in ${zone} since ${new Date(since).toISOString()}`);
    }
  });
}
