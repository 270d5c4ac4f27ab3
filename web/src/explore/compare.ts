// A period and the one that it is compared with.
import { addDays, daysBetween } from '../shared/day'

export type Period = { since: string; until: string }

// The days right before; the same days a year earlier; days that a person names; nothing.
export const comparisons = ['before', 'year', 'own', 'none'] as const
export type Comparison = (typeof comparisons)[number]

export function periodBefore({ since, until }: Period): Period {
  const length = daysBetween(since, until)
  return { since: addDays(since, -length), until: addDays(since, -1) }
}

// 29 February is compared with the 28th.
function yearEarlier(day: string): string {
  const moved = `${String(Number(day.slice(0, 4)) - 1).padStart(4, '0')}${day.slice(4)}`
  return moved.endsWith('-02-29') ? moved.replace(/29$/, '28') : moved
}

// What a person has not named of an own period is taken from the days right before.
export function periodCompared(comparison: Comparison, period: Period, own: { since: string | null; until: string | null }): Period | null {
  if (comparison === 'none') return null
  if (comparison === 'year') return { since: yearEarlier(period.since), until: yearEarlier(period.until) }
  const before = periodBefore(period)
  if (comparison === 'before') return before
  const since = own.since ?? before.since
  const until = own.until ?? before.until
  return until < since ? { since, until: since } : { since, until }
}

// How much more than before, in per cent with one place; null where there is nothing to compare with. For people: it is
// rounded, and no figure that is stored.
export function changeOf(now: string | number | undefined, before: string | number | undefined): number | null {
  const was = Number(before ?? 0)
  if (was === 0 || now === undefined) return null
  return Math.round(((Number(now) - was) / was) * 1000) / 10
}
