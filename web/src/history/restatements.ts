// The changes of days, gathered by the commit that made them, and what was told of each day first.
import type { CoverageDay, DayChange, Totals } from '../api/types'
import { difference, sumOf } from '../shared/decimal'

export type Metric = 'cost' | 'impressions' | 'clicks'
export const metrics: Metric[] = ['cost', 'impressions', 'clicks']

// All that one attempt moved. `at`: when it did last; days newest first.
export type Restatement = { attempt: string; at: string; changes: DayChange[]; before: Totals; after: Totals; moved: Totals }

function totalsOf(all: Totals[]): Totals {
  const count = (metric: 'impressions' | 'clicks') => all.reduce((sum, totals) => sum + totals[metric], 0)
  return { impressions: count('impressions'), clicks: count('clicks'), cost: sumOf(all.map((totals) => totals.cost)) }
}

// Newest first.
export function restatementsOf(changes: DayChange[]): Restatement[] {
  return [...groupByAttempt(changes)]
    .map(([attempt, own]) => {
      const before = totalsOf(own.map((change) => change.before))
      const after = totalsOf(own.map((change) => change.after))
      const moved = { impressions: after.impressions - before.impressions, clicks: after.clicks - before.clicks, cost: difference(after.cost, before.cost) }
      const at = own.map((change) => change.at).sort().at(-1) ?? ''
      return { attempt, at, changes: [...own].sort((left, right) => right.date.localeCompare(left.date)), before, after, moved }
    })
    .sort((left, right) => right.at.localeCompare(left.at))
}

function groupByAttempt(changes: DayChange[]): Map<string, DayChange[]> {
  const groups = new Map<string, DayChange[]>()
  for (const change of changes) groups.set(change.attempt, [...(groups.get(change.attempt) ?? []), change])
  return groups
}

// A day as it was told first, of what is kept, and as it is now.
export type Told = { date: string; first: Totals; now: Totals }

export function toldOf(days: CoverageDay[], changes: DayChange[]): Told[] {
  const first = new Map<string, DayChange>()
  for (const change of changes) {
    const known = first.get(change.date)
    if (!known || change.asked < known.asked) first.set(change.date, change)
  }
  return days.filter((day) => day.state !== 'gap').map((day) => ({ date: day.date, first: first.get(day.date)?.before ?? day.stored, now: day.stored }))
}
