import { describe, expect, it } from 'vitest'
import { difference, sumOf } from './decimal'

describe('sums of decimals', () => {
  it('are exact, also past what a float can hold', () => {
    expect(sumOf(['0.1', '0.2'])).toBe('0.3')
    expect(sumOf(['90071992547409931.25', '0.000001'])).toBe('90071992547409931.250001')
    expect(sumOf([])).toBe('0')
  })
  it('have their sign', () => {
    expect(difference('5', '5.50')).toBe('-0.5')
    expect(difference('-1', '-3.000001')).toBe('2.000001')
    expect(difference('7.10', '7.1')).toBe('0')
  })
})
