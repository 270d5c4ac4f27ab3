import { describe, expect, it } from 'vitest'
import type { GivenUpSlice } from '../api/types'
import { en } from '../words/en'
import { ko } from '../words/ko'
import { sayGivenUp, whenGivenUp } from './givenUp'

const slice = (more: Partial<GivenUpSlice> = {}): GivenUpSlice => ({
  start_date: '2026-01-01', end_date: '2026-03-31', part: 'whole', given_up_at: '2026-04-01T00:12:00.000Z', seconds: 720,
  next_days: 45, next_part: 'whole', message: 'Please reduce the amount of data', trace_id: 'A', ...more,
})

describe('a slice that was given up', () => {
  it('says what was asked for, how long that took, and what followed', () => {
    expect(sayGivenUp(slice(), en, 'en')).toBe('90 days asked for: too large, given up after 12 min; went on with 45 days')
    expect(sayGivenUp(slice(), ko, 'ko')).toBe('90일 요청: 너무 커서 12분 뒤 포기, 45일 단위로 계속')
  })
  it('says in which parts a single day was asked for', () => {
    const day = slice({ end_date: '2026-01-01', part: 'campaigns', next_days: 1, next_part: 'ad_sets' })
    expect(sayGivenUp(day, en, 'en')).toContain('1 day by campaigns asked for')
    expect(sayGivenUp(day, en, 'en')).toContain('went on with 1 day by ad sets')
  })
  it('lies inside its attempt, whatever the clocks say', () => {
    const at = Date.parse('2026-04-01T00:12:00.000Z')
    expect(whenGivenUp(slice(), { from: at - 10, until: at + 10 })).toBe(at)
    expect(whenGivenUp(slice(), { from: at + 5, until: at + 10 })).toBe(at + 5)
    expect(whenGivenUp(slice(), { from: at - 10, until: at - 5 })).toBe(at - 5)
  })
})
