import { describe, expect, it } from 'vitest'
import type { Attempt, Chunk, CoverageDay } from '../api/types'
import { slicesOf } from './slices'
import type { Try } from './timeline'

const at = (seconds: number) => new Date(Date.UTC(2026, 2, 1, 12, 0, seconds)).toISOString()
const chunk = { start_date: '2026-01-01', end_date: '2026-01-05' } as Chunk
const attempt = (from: number, until: number): Try => ({ attempt: { started_at: at(from) } as Attempt, course: 'again', from: Date.parse(at(from)), until: Date.parse(at(until)) })
const day = (date: string, asked: number, seconds: number, report_id: string | null = 'r'): CoverageDay => ({ date, asked, as_of: at(seconds), rows: 10, report_id }) as CoverageDay

describe('the slices of a chunk', () => {
  it('are the days that were asked for at once, by the attempt that did', () => {
    const tries = [attempt(0, 10), attempt(60, 90)]
    const days = [day('2026-01-03', 9, 70), day('2026-01-01', 7, 5), day('2026-01-02', 7, 5), day('2026-01-04', 9, 70), day('2026-01-05', 11, 80, null), day('2026-02-01', 7, 5)]
    const { byAttempt, later } = slicesOf(chunk, tries, days)
    expect(byAttempt.get(at(0))).toEqual([{ since: '2026-01-01', until: '2026-01-02', days: 2, rows: 20, inParts: false }])
    expect(byAttempt.get(at(60))).toEqual([
      { since: '2026-01-03', until: '2026-01-04', days: 2, rows: 20, inParts: false },
      { since: '2026-01-05', until: '2026-01-05', days: 1, rows: 10, inParts: true },
    ])
    expect(later).toBe(0)
  })
  it('leave out days that were collected again since, and gaps', () => {
    const days = [day('2026-01-01', 30, 5000), { date: '2026-01-02', asked: null, as_of: null, rows: 0, report_id: null } as CoverageDay]
    expect(slicesOf(chunk, [attempt(0, 10)], days)).toEqual({ byAttempt: new Map(), later: 1 })
  })
  it('bear clocks that are a little apart', () => {
    expect(slicesOf(chunk, [attempt(10, 20)], [day('2026-01-01', 3, 8)]).later).toBe(0)
  })
})
