import { describe, expect, it } from 'vitest'
import type { Estimate } from '../api/types'
import { aboutCount } from './aboutCount'
import { together } from './usePrice'

const estimate = (rows: number, seconds: number, more: Partial<Estimate> = {}): Estimate => ({
  account_id: 'act_1', account_name: 'A', currency: 'KRW', time_zone: 'Asia/Seoul', tier: null, rows, calls: 10, seconds, rough: false,
  types: [{ collection_type: 'ads', chunks: 8, rows, calls: 10 }], ...more,
})

describe('aboutCount', () => {
  it('says two digits and a unit of the language', () => {
    expect(aboutCount(1_234_567, 'en')).toBe('1.2 million')
    expect(aboutCount(1_234_567, 'ko')).toBe('120만')
    expect(aboutCount(3_412, 'en')).toBe('3,400')
    expect(aboutCount(37, 'en')).toBe('37')
    expect(aboutCount(0, 'ko')).toBe('0')
  })
})

describe('together', () => {
  it('adds rows and calls, takes the slowest account, and is rough when one is', () => {
    const price = together([estimate(100, 60), estimate(50, 90, { rough: true, tier: 'limited' })])
    expect(price).toEqual({ rows: 150, calls: 20, seconds: 90, rough: true, tier: 'limited', chunks: 16 })
  })
})
