// adfill's due times against the npm package cron-parser, over ten years in ten time zones. They agree but at changes of
// clocks, where adfill does what an operator expects of a collection and cron-parser doesn't:
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

const ours = (cron, zone) => {
  const answer = execFileSync(process.env.ADFILL_BINARY, ['schedule', 'next', '--json', '--cron', cron, '--zone', zone,
    '--from', new Date(from).toISOString(), '--until', new Date(until).toISOString()], {maxBuffer: 1 << 28});
  return JSON.parse(answer).due.map((time) => Date.parse(time));
};

const theirs = (cron, zone) => {
  const expression = CronExpressionParser.parse(cron, {currentDate: new Date(from), tz: zone});
  const times = [];
  for (let time = expression.next().getTime(); time <= until; time = expression.next().getTime()) times.push(time);
  return times;
};

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
