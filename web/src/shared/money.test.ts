import { describe, expect, it } from 'vitest'
import { formatDuration } from './duration'
import { formatDecimal, formatMoney } from './money'

describe('money', () => {
  it('keeps every digit, also past what a float can hold', () => {
    expect(formatMoney('90071992547409931.25', 'USD', 'en')).toBe('$90,071,992,547,409,931.25')
  })
  it('shows the places of its currency at least, and all that the amount has', () => {
    expect(formatMoney('5339.5', 'USD', 'en')).toBe('$5,339.50')
    expect(formatMoney('5339', 'KRW', 'ko')).toBe('₩5,339')
    expect(formatMoney('5339.5', 'KRW', 'ko')).toBe('₩5,339.5')
    expect(formatMoney('0.000001', 'USD', 'en')).toBe('$0.000001')
    expect(formatMoney('-12.5', 'USD', 'en')).toBe('-$12.50')
  })
  it('leaves alone what is no decimal number', () => {
    expect(formatMoney('n/a', 'USD', 'en')).toBe('n/a')
    expect(formatDecimal('1e9', 'en')).toBe('1e9')
  })
})

describe('a duration', () => {
  it('is told in one or two units', () => {
    expect(formatDuration(4_200, 'en')).toBe('4.2 sec')
    expect(formatDuration(45_400, 'en')).toBe('45 sec')
    expect(formatDuration(200_000, 'en')).toBe('3 min 20 sec')
    expect(formatDuration(7_500_000, 'en')).toBe('2 hr 5 min')
  })
})
