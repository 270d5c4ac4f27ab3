import { describe, expect, it } from 'vitest'
import { changeOf, periodBefore, periodCompared } from './compare'

const none = { since: null, until: null }

describe('comparing periods', () => {
  it('takes as many days, up to the day before', () => {
    expect(periodBefore({ since: '2026-03-01', until: '2026-03-31' })).toEqual({ since: '2026-01-29', until: '2026-02-28' })
    expect(periodBefore({ since: '2026-03-01', until: '2026-03-01' })).toEqual({ since: '2026-02-28', until: '2026-02-28' })
  })
  it('takes the same days of the year before, a leap day as the 28th', () => {
    expect(periodCompared('year', { since: '2026-03-01', until: '2026-03-31' }, none)).toEqual({ since: '2025-03-01', until: '2025-03-31' })
    expect(periodCompared('year', { since: '2028-02-29', until: '2028-03-01' }, none)).toEqual({ since: '2027-02-28', until: '2027-03-01' })
    expect(periodCompared('year', { since: '2025-02-28', until: '2025-02-28' }, none)).toEqual({ since: '2024-02-28', until: '2024-02-28' })
  })
  it('takes days that are named, the others from right before, and never ends before it begins', () => {
    const period = { since: '2026-03-01', until: '2026-03-31' }
    expect(periodCompared('own', period, { since: '2025-11-01', until: '2025-11-30' })).toEqual({ since: '2025-11-01', until: '2025-11-30' })
    expect(periodCompared('own', period, none)).toEqual(periodBefore(period))
    expect(periodCompared('own', period, { since: '2026-03-10', until: null })).toEqual({ since: '2026-03-10', until: '2026-03-10' })
  })
  it('takes none where none is asked for', () => {
    expect(periodCompared('none', { since: '2026-03-01', until: '2026-03-31' }, none)).toBeNull()
  })
  it('tells the change in per cent, and nothing where there was nothing', () => {
    expect(changeOf('150.00', '100.00')).toBe(50)
    expect(changeOf(2, 3)).toBe(-33.3)
    expect(changeOf('5', '0')).toBeNull()
    expect(changeOf('5', undefined)).toBeNull()
    expect(changeOf(undefined, '5')).toBeNull()
  })
})
