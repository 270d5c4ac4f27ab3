import { describe, expect, it } from 'vitest'
import type { CoverageDay } from '../api/types'
import { addDays } from '../shared/day'
import { allGaps, holesOf, runsToMend } from './holes'

// A letter a day from 2026-03-01 on: f fresh, m moving, g gap, x mismatch.
const states = { f: 'fresh', m: 'moving', g: 'gap', x: 'mismatch' } as const
const days = (letters: string) => [...letters].map((letter, n) => ({ date: addDays('2026-03-01', n), state: states[letter as keyof typeof states] }) as CoverageDay)
const march = (day: number) => `2026-03-${String(day).padStart(2, '0')}`

describe('holes for a list', () => {
  it('are runs of missing days as one, and each day that differs by itself, newest first', () => {
    expect(holesOf(days('gggfgxxm')).map(({ state, since, until, days: count, day }) => [state, since, until, count, day?.date])).toEqual([
      ['mismatch', march(7), march(7), 1, march(7)],
      ['mismatch', march(6), march(6), 1, march(6)],
      ['gap', march(5), march(5), 1, undefined],
      ['gap', march(1), march(3), 3, undefined],
    ])
    expect(holesOf([])).toEqual([])
  })
})

describe('runs to mend', () => {
  it('are unbroken, of one state, the newest first', () => {
    expect(runsToMend(days('fggxgff'))).toEqual([
      { since: march(5), until: march(5), state: 'gap', days: 1 },
      { since: march(4), until: march(4), state: 'mismatch', days: 1 },
      { since: march(2), until: march(3), state: 'gap', days: 2 },
    ])
    expect(runsToMend(days('fmf'))).toEqual([])
  })
})

describe('all gaps', () => {
  it('are one range where they lie close together', () => {
    expect(allGaps(days('fggfgf'))).toEqual({ since: march(2), until: march(5) })
    expect(allGaps(days('fff'))).toBeNull()
  })
  it('are none where most of the days between them are there', () => {
    expect(allGaps(days('gffffg'))).toBeNull()
  })
})
