import type { Chunk, CoverageDay } from '../api/types'
import type { Try } from './timeline'

// What an attempt asked the platform for at once, and what was committed of it: days whose receipts have the same number.
export type Slice = { since: string; until: string; days: number; rows: number; inParts: boolean }

const clocksApart = 3000 // attempts have the database's time, receipts the worker's

export type SlicesOfChunk = { byAttempt: Map<string, Slice[]>; later: number }

// The slices of each attempt at the chunk, by its start, as the receipts of the chunk's days tell. A day that was asked for at no
// attempt's time was collected again since: `later` counts those.
export function slicesOf(chunk: Chunk, tries: Try[], coverage: CoverageDay[]): SlicesOfChunk {
  const byAttempt = new Map<string, Slice[]>()
  const numbers = new Map<Slice, number>()
  let later = 0
  const own = coverage.filter(({ date, as_of }) => as_of !== null && date >= chunk.start_date && date <= chunk.end_date)
  for (const day of own.sort((a, b) => a.date.localeCompare(b.date))) {
    const asked = Date.parse(day.as_of ?? '')
    const found = tries.find(({ from, until }) => asked >= from && asked <= until) ?? tries.find(({ from, until }) => asked >= from - clocksApart && asked <= until + clocksApart)
    if (found === undefined) {
      later += 1
      continue
    }
    const slices = byAttempt.get(found.attempt.started_at) ?? []
    byAttempt.set(found.attempt.started_at, slices)
    const last = slices.at(-1)
    if (last && numbers.get(last) === day.asked) {
      last.until = day.date
      last.days += 1
      last.rows += day.rows
    } else {
      // Of a day that came in parts no single report is known.
      const slice = { since: day.date, until: day.date, days: 1, rows: day.rows, inParts: day.report_id === null }
      numbers.set(slice, day.asked ?? 0)
      slices.push(slice)
    }
  }
  return { byAttempt, later }
}
