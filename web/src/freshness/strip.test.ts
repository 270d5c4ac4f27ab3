import { describe, expect, it } from 'vitest'
import type { AccountFreshness, TypeFreshness } from '../api/types'
import { onTop, squaresOf, standingOf, worstFirst } from './strip'

const type = (given: Partial<TypeFreshness>): TypeFreshness => ({
  collection_type: 'ads', days: 3, gaps: 0, mismatches: 0, suspect: 0, days_behind: 0, first: '2026-02-01', newest: '2026-03-02', as_of: null, recent: [], recent_suspect: [], ...given,
})
const account = (status: AccountFreshness['status'], ...types: Partial<TypeFreshness>[]) => ({ status, types: types.map(type) })

describe('the strip of an account', () => {
  it('names each day, the last one yesterday, and which are suspect', () => {
    const squares = squaresOf({ recent: ['fresh', 'gap', 'moving'], recent_suspect: ['2026-03-01'], first: '2026-01-01' }, '2026-03-01')
    expect(squares).toEqual([
      { date: '2026-02-27', state: 'fresh', suspect: false },
      { date: '2026-02-28', state: 'gap', suspect: false },
      { date: '2026-03-01', state: 'moving', suspect: true },
    ])
  })
  it('misses nothing that the first collection has not come to yet', () => {
    expect(squaresOf({ recent: ['fresh', 'gap'], recent_suspect: [], first: '2026-01-01' }, '2026-03-01', true).map(({ state }) => state)).toEqual(['fresh', 'outside'])
  })
  it('misses nothing before the first day, nor of a type that was never collected', () => {
    expect(squaresOf({ recent: ['gap', 'fresh'], recent_suspect: [], first: '2026-03-01' }, '2026-03-01').map(({ state }) => state)).toEqual(['outside', 'fresh'])
    expect(squaresOf({ recent: ['gap', 'gap'], recent_suspect: [], first: null }, '2026-03-01').map(({ state }) => state)).toEqual(['outside', 'outside'])
  })
})

describe('how an account stands', () => {
  it('is as its worst type', () => {
    const standing = standingOf(account('success', { days_behind: 0, newest: '2026-03-02' }, { days_behind: 2, newest: '2026-02-28', gaps: 1 }))
    expect(standing).toEqual({ behind: 2, gaps: 1, mismatches: 0, suspect: 0, newest: '2026-02-28' })
  })
  it('is not known before anything was collected', () => {
    expect(standingOf(account('pending', { days_behind: null, newest: null, days: 0 })).behind).toBeNull()
  })
  it('puts what needs a person first, then differences, then what is late', () => {
    const fine = account('success', {})
    const late = account('success', { days_behind: 3 })
    const differs = account('success', { mismatches: 1 })
    const refused = account('needs_auth', {})
    const broken = account('error', {})
    expect(worstFirst([fine, late, differs, refused, broken, account('success', {})])).toEqual([broken, refused, differs, late, fine, fine])
  })
})

describe('a list too long to be there as a whole', () => {
  const of = (...ids: string[]) => ids.map((integration_id) => ({ integration_id }))
  it('begins with what needs a look, and has each account once', () => {
    expect(onTop(of('late', 'far below'), of('a', 'late', 'b')).map((each) => each.integration_id)).toEqual(['late', 'far below', 'a', 'b'])
    expect(onTop([], of('a'))).toEqual(of('a'))
  })
})
