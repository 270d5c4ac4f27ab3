import { describe, expect, it } from 'vitest'
import type { CoverageDay } from '../api/types'
import { addDays } from '../shared/day'
import { isCollected, layOut, neighbour } from './calendar'

const day = (date: string, state: CoverageDay['state'] = 'fresh'): CoverageDay => ({
  date,
  asked: 7,
  as_of: '2026-03-01T00:00:00.000Z',
  report_id: '1',
  rows: 3,
  stored: { impressions: 1, clicks: 1, cost: '1' },
  platform: null,
  difference: null,
  difference_class: 'not_asked',
  rows_absent: 0,
  rows_hash: null,
  attribution: null,
  attempt: null,
  pinned_at: null,
  suspect: false,
  state,
})
const range = (since: string, count: number) => Array.from({ length: count }, (_, n) => day(addDays(since, n)))

describe('the coverage calendar', () => {
  it('has a place of its own for each of 730 days, the newest year first', () => {
    const years = layOut(range('2024-03-02', 730))
    expect(years.map((year) => year.year)).toEqual([2026, 2025, 2024])
    expect(years.flatMap((year) => year.days)).toHaveLength(730)
    const places = years.flatMap((year) => year.days.map((each) => `${year.year} ${each.week} ${each.weekday}`))
    expect(new Set(places).size).toBe(730)
  })

  it('starts the year in week 0 on its weekday, and weeks on Sunday', () => {
    // 2025-01-01 was a Wednesday, 2025-01-05 a Sunday.
    const [year] = layOut(range('2025-01-01', 5))
    expect(year?.days.map((each) => [each.week, each.weekday])).toEqual([[0, 3], [0, 4], [0, 5], [0, 6], [1, 0]])
  })

  it('has room for leap years and never more than 54 weeks', () => {
    const [year] = layOut(range('2000-01-01', 366))
    expect(year?.days.at(-1)).toMatchObject({ date: '2000-12-31', week: 53, weekday: 0 })
  })

  it('names each month at the week of its first day', () => {
    const [year] = layOut(range('2025-01-01', 1))
    expect(year?.months).toHaveLength(12)
    expect(year?.months[1]).toEqual({ month: '2025-02-01', week: 4 })
  })

  it('is walked by arrow keys: a day up and down, a week left and right, never past its ends', () => {
    const walk = (key: string) => neighbour('2025-03-10', key, '2025-03-01', '2025-03-12')
    expect(walk('ArrowDown')).toBe('2025-03-11')
    expect(walk('ArrowUp')).toBe('2025-03-09')
    expect(walk('ArrowLeft')).toBe('2025-03-03')
    expect(walk('ArrowRight')).toBe('2025-03-10')
    expect(walk('Home')).toBe('2025-03-01')
    expect(walk('a')).toBeNull()
  })

  it('counts a day that differs as collected, a gap not', () => {
    expect(isCollected(day('2025-01-01', 'mismatch'))).toBe(true)
    expect(isCollected(day('2025-01-01', 'gap'))).toBe(false)
  })
})
