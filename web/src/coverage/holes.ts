// What is wrong with an account's days: those that are missing, and those that differ.
import type { CoverageDay } from '../api/types'
import { daysBetween } from '../shared/day'
import { isIn, type Range } from './selection'

export type Run = Range & { state: 'gap' | 'mismatch'; days: number }
export type Hole = Run & { day?: CoverageDay }

// Unbroken runs of days that are missing or differ, the newest first: what is most likely to be collected again.
export function runsToMend(days: CoverageDay[]): Run[] {
  const runs: Run[] = []
  for (const { date, state } of days) {
    if (state !== 'gap' && state !== 'mismatch') continue
    const last = runs.at(-1)
    if (last?.state === state && daysBetween(last.until, date) === 2) {
      last.until = date
      last.days += 1
    } else {
      runs.push({ since: date, until: date, state, days: 1 })
    }
  }
  return runs.reverse()
}

// All missing days as one range; null where there are none, or where most days between them are there: each of their runs is
// then less to ask for.
export function allGaps(days: CoverageDay[]): Range | null {
  const gaps = days.filter(({ state }) => state === 'gap')
  const since = gaps[0]?.date
  const until = gaps.at(-1)?.date
  if (since === undefined || until === undefined) return null
  return gaps.length * 2 >= daysBetween(since, until) ? { since, until } : null
}

// For a list: a run of missing days is one hole, every day that differs is one of its own, with its receipt.
export const holesOf = (days: CoverageDay[]): Hole[] =>
  runsToMend(days).flatMap((run): Hole[] =>
    run.state === 'gap' ? [run] : days.filter(({ date }) => isIn(run, date)).reverse().map((day) => ({ since: day.date, until: day.date, state: run.state, days: 1, day })),
  )
