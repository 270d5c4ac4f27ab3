// A period and the one of the same length before it.
import { addDays, daysBetween } from '../shared/day'

export type Period = { since: string; until: string }

export function periodBefore({ since, until }: Period): Period {
  const length = daysBetween(since, until)
  return { since: addDays(since, -length), until: addDays(since, -1) }
}

// How much more than before, in per cent with one place; null where there is nothing to compare with. For people: it is
// rounded, and no figure that is stored.
export function changeOf(now: string | number, before: string | number | undefined): number | null {
  const was = Number(before ?? 0)
  if (was === 0) return null
  return Math.round(((Number(now) - was) / was) * 1000) / 10
}
