// What is wrong with an account's days, for a list: runs of days that are missing, and days that differ.
import type { CoverageDay } from '../api/types'
import { addDays, daysBetween } from '../shared/day'

export type Hole = { kind: 'gap' | 'mismatch'; since: string; until: string; days: number; day?: CoverageDay }

// Newest first. A run of missing days is one hole; every day that differs is one of its own.
export function holesOf(days: CoverageDay[]): Hole[] {
  const holes: Hole[] = []
  for (const day of days) {
    const last = holes.at(-1)
    if (day.state === 'mismatch') holes.push({ kind: 'mismatch', since: day.date, until: day.date, days: 1, day })
    else if (day.state === 'gap' && last?.kind === 'gap' && addDays(last.until, 1) === day.date) {
      last.until = day.date
      last.days = daysBetween(last.since, last.until)
    } else if (day.state === 'gap') holes.push({ kind: 'gap', since: day.date, until: day.date, days: 1 })
  }
  return holes.reverse()
}
