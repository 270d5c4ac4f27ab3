// Days chosen in the calendar: from where the choice began to where it has come. Both ends belong to it.
import type { CoverageDay } from '../api/types'
import { daysBetween } from '../shared/day'

export type Selection = { anchor: string; head: string }
export type Range = { since: string; until: string }
export type Run = Range & { state: 'gap' | 'mismatch'; days: number }
export type Counts = { days: number; gap: number; mismatch: number; moving: number; fresh: number; suspect: number; pinned: number }

export const rangeOf = ({ anchor, head }: Selection): Range => (anchor <= head ? { since: anchor, until: head } : { since: head, until: anchor })

export const isIn = (range: Range | null, date: string) => range !== null && date >= range.since && date <= range.until

// A click chooses one day, with Shift held (or as the second of two taps) all from where the choice began.
export function choose(before: Selection | null, date: string, extend: boolean): Selection {
  return extend && before ? { anchor: before.anchor, head: date } : { anchor: date, head: date }
}

export function count(days: CoverageDay[], range: Range): Counts {
  const counts: Counts = { days: daysBetween(range.since, range.until), gap: 0, mismatch: 0, moving: 0, fresh: 0, suspect: 0, pinned: 0 }
  for (const day of days) {
    if (!isIn(range, day.date)) continue
    counts[day.state] += 1
    if (day.suspect) counts.suspect += 1
    if (day.pinned_at) counts.pinned += 1
  }
  return counts
}

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
