import { describe, expect, it } from 'vitest'
import { changeOf, periodBefore } from './compare'

describe('comparing periods', () => {
  it('takes as many days, up to the day before', () => {
    expect(periodBefore({ since: '2026-03-01', until: '2026-03-31' })).toEqual({ since: '2026-01-29', until: '2026-02-28' })
    expect(periodBefore({ since: '2026-03-01', until: '2026-03-01' })).toEqual({ since: '2026-02-28', until: '2026-02-28' })
  })
  it('tells the change in per cent, and nothing where there was nothing', () => {
    expect(changeOf('150.00', '100.00')).toBe(50)
    expect(changeOf(2, 3)).toBe(-33.3)
    expect(changeOf('5', '0')).toBeNull()
    expect(changeOf('5', undefined)).toBeNull()
  })
})
