import { describe, expect, it } from 'vitest'
import type { ScopeUsage } from '../api/types'
import { countdown, fullness, readScope, rowsOf } from './scope'

const usage = (scope: string, percent: number, closed: string | null = null): ScopeUsage => ({
  scope, tier: null, usage_percent: percent, read_at: null, calls: 1, refused: 0, calls_15_days: null, refused_15_days: null, closed_until: closed, limits: [],
})
const now = Date.parse('2026-03-01T12:00:00Z')

describe('scopes', () => {
  it('are named by platform, kind and id, ids with colons too', () => {
    expect(readScope('meta:account:act_1')).toEqual({ source: 'meta', kind: 'account', id: 'act_1' })
    expect(readScope('meta:app:token-a:b')).toEqual({ source: 'meta', kind: 'app', id: 'token-a:b' })
    expect(readScope('meta')).toEqual({ source: 'meta', kind: 'source', id: 'meta' })
  })
  it('that cool down come first, then apps before accounts, the fullest first', () => {
    const rows = rowsOf(
      {
        scopes: [usage('meta:account:a', 20), usage('meta:account:b', 90), usage('meta:app:1', 5), usage('meta:account:c', 1)],
        throttled: [{ scope: 'meta:account:c', until: '2026-03-01T12:05:00Z', reason: 'too many calls' }],
      },
      now,
    )
    expect(rows.map(({ scope }) => scope)).toEqual(['meta:account:c', 'meta:app:1', 'meta:account:b', 'meta:account:a'])
    expect(rows[0]?.reason).toBe('too many calls')
  })
  it('are there by their cool-down alone, and the later end of two counts', () => {
    const [row] = rowsOf(
      { scopes: [usage('meta:account:a', 100, '2026-03-01T12:01:00Z')], throttled: [{ scope: 'meta:account:a', until: '2026-03-01T12:09:00Z', reason: '' }] },
      now,
    )
    expect(row?.until).toBe('2026-03-01T12:09:00Z')
    const [alone] = rowsOf({ scopes: [], throttled: [{ scope: 'meta:account:z', until: '2026-03-01T12:09:00Z', reason: 'r' }] }, now)
    expect(alone?.usage).toBeNull()
  })
  it('whose cool-down is over are open', () => {
    expect(rowsOf({ scopes: [usage('meta:app:1', 3, '2026-03-01T11:59:00Z')], throttled: [] }, now)[0]?.until).toBeNull()
  })
})

describe('how full a limit is', () => {
  it('has three grades', () => {
    expect([0, 74.9, 75, 97.9, 98, 120].map(fullness)).toEqual(['free', 'free', 'near', 'near', 'full', 'full'])
  })
  it('runs down by the second and never below zero', () => {
    expect(countdown(61_000)).toBe('1:01')
    expect(countdown(60_001)).toBe('1:01')
    expect(countdown(3_725_000)).toBe('1:02:05')
    expect(countdown(-5)).toBe('0:00')
  })
})
