import { expect, it } from 'vitest'
import type { CoverageDay } from '../api/types'
import { holesOf } from './holes'

const day = (date: string, state: CoverageDay['state']) => ({ date, state }) as CoverageDay

it('tells runs of missing days as one, and each day that differs by itself, newest first', () => {
  const days = [day('2026-02-27', 'gap'), day('2026-02-28', 'gap'), day('2026-03-01', 'gap'), day('2026-03-02', 'fresh'), day('2026-03-03', 'gap'), day('2026-03-04', 'mismatch'), day('2026-03-05', 'mismatch'), day('2026-03-06', 'moving')]
  expect(holesOf(days).map(({ kind, since, until, days: count }) => [kind, since, until, count])).toEqual([
    ['mismatch', '2026-03-05', '2026-03-05', 1],
    ['mismatch', '2026-03-04', '2026-03-04', 1],
    ['gap', '2026-03-03', '2026-03-03', 1],
    ['gap', '2026-02-27', '2026-03-01', 3],
  ])
  expect(holesOf([])).toEqual([])
})
