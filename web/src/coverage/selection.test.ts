import { describe, expect, it } from 'vitest'
import type { CoverageDay } from '../api/types'
import { addDays } from '../shared/day'
import { choose, count, isIn, rangeOf } from './selection'

// A letter a day from 2026-03-01 on: f fresh, m moving, g gap, x mismatch.
const states = { f: 'fresh', m: 'moving', g: 'gap', x: 'mismatch' } as const
const days = (letters: string, more: Partial<CoverageDay> = {}) =>
  [...letters].map((letter, n) => ({ date: addDays('2026-03-01', n), state: states[letter as keyof typeof states], suspect: false, pinned_at: null, ...more }) as CoverageDay)
const march = (day: number) => `2026-03-${String(day).padStart(2, '0')}`

describe('a selection of days', () => {
  it('is one day after a click, and reaches from there to a click with Shift, in either direction', () => {
    const one = choose(null, march(5), false)
    expect(rangeOf(one)).toEqual({ since: march(5), until: march(5) })
    expect(rangeOf(choose(one, march(9), true))).toEqual({ since: march(5), until: march(9) })
    const back = choose(choose(one, march(9), true), march(2), true)
    expect(rangeOf(back)).toEqual({ since: march(2), until: march(5) })
    expect(rangeOf(choose(back, march(20), false))).toEqual({ since: march(20), until: march(20) })
    expect(rangeOf(choose(null, march(7), true))).toEqual({ since: march(7), until: march(7) })
  })

  it('has both of its ends, and nothing when there is none', () => {
    const range = { since: march(5), until: march(9) }
    expect([4, 5, 9, 10].map((day) => isIn(range, march(day)))).toEqual([false, true, true, false])
    expect(isIn(null, march(5))).toBe(false)
  })

  it('counts its days by state, also those that the calendar does not have', () => {
    const counted = count(days('ffggxm'), { since: march(2), until: march(8) })
    expect(counted).toEqual({ days: 7, gap: 2, mismatch: 1, moving: 1, fresh: 1, suspect: 0, pinned: 0 })
    const marked = count(days('ff', { suspect: true, pinned_at: '2026-03-09T00:00:00Z' }), { since: march(1), until: march(1) })
    expect([marked.suspect, marked.pinned]).toEqual([1, 1])
  })
})
