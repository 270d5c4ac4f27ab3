// Days chosen in the calendar: from where the choice began to where it has come. Both ends belong to it.
import type { CoverageDay } from '../api/types'
import { daysBetween } from '../shared/day'

export type Selection = { anchor: string; head: string }
export type Range = { since: string; until: string }
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
