import { describe, expect, it } from 'vitest'
import type { CoverageDay, DayChange } from '../api/types'
import { restatementsOf, toldOf } from './restatements'

const totals = (impressions: number, cost: string) => ({ rows: 1, impressions, clicks: 1, cost })
const change = (attempt: string, date: string, asked: number, before: [number, string], after: [number, string]): DayChange => ({
  attempt, date, asked, at: `2026-05-${String(asked).padStart(2, '0')}T04:00:00Z`, previous_as_of: '2026-05-01T00:00:00Z',
  before: totals(...before), after: totals(...after), rows_added: 0, rows_changed: 1, rows_removed: 0,
})
const day = (date: string, impressions: number, cost: string, state: CoverageDay['state'] = 'fresh') => ({ date, state, stored: { impressions, clicks: 1, cost } }) as CoverageDay

const changes = [
  change('a', '2026-04-01', 2, [10, '1.10'], [12, '1.30']),
  change('a', '2026-04-02', 2, [20, '2.20'], [19, '2.10']),
  change('b', '2026-04-01', 5, [12, '1.30'], [15, '0.000001']),
]

describe('restatements', () => {
  it('are gathered by the commit that made them, newest first, with what they moved in all', () => {
    const [newest, oldest] = restatementsOf(changes)
    expect(newest?.attempt).toBe('b')
    expect(newest?.moved).toEqual({ impressions: 3, clicks: 0, cost: '-1.299999' })
    expect(oldest?.changes.map((each) => each.date)).toEqual(['2026-04-02', '2026-04-01'])
    expect(oldest?.before.cost).toBe('3.3')
    expect(oldest?.after.cost).toBe('3.4')
    expect(oldest?.moved).toEqual({ impressions: 1, clicks: 0, cost: '0.1' })
  })
  it('tell what a day was first: before the earliest change, or what it still is', () => {
    const told = toldOf([day('2026-04-01', 15, '0.000001'), day('2026-04-02', 19, '2.10'), day('2026-04-03', 7, '9'), day('2026-04-04', 0, '0', 'gap')], [...changes].reverse())
    expect(told.map((each) => [each.date, each.first.impressions, each.now.impressions])).toEqual([
      ['2026-04-01', 10, 15],
      ['2026-04-02', 20, 19],
      ['2026-04-03', 7, 7],
    ])
  })
})
