import type { AccountFreshness, TypeFreshness } from '../api/types'
import { addDays } from '../shared/day'

// A square of the strip. `outside`: nothing is missing there: it is earlier than the first day that was ever collected, or the
// first collection has not come so far yet.
export type Square = { date: string; state: 'fresh' | 'moving' | 'mismatch' | 'gap' | 'outside'; suspect: boolean }

// The last days of a type up to yesterday, oldest first.
export function squaresOf(type: Pick<TypeFreshness, 'recent' | 'recent_suspect' | 'first'>, recentUntil: string, collecting = false): Square[] {
  return type.recent.map((state, index) => {
    const date = addDays(recentUntil, index - type.recent.length + 1)
    const outside = state === 'gap' && (collecting || type.first === null || date < type.first)
    return { date, state: outside ? 'outside' : state, suspect: type.recent_suspect.includes(date) }
  })
}

// What is missing of an account, over its types: the worst is what counts.
export type Standing = { behind: number | null; gaps: number; mismatches: number; suspect: number; newest: string | null }

export function standingOf(account: Pick<AccountFreshness, 'types'>): Standing {
  const begun = account.types.filter((type) => type.days_behind !== null)
  const standing: Standing = { behind: null, gaps: 0, mismatches: 0, suspect: 0, newest: null }
  for (const type of begun) {
    standing.behind = Math.max(standing.behind ?? 0, type.days_behind ?? 0)
    standing.gaps += type.gaps
    standing.mismatches += type.mismatches
    standing.suspect = Math.max(standing.suspect, type.suspect)
    // The day up to which every type is there.
    if (type.newest !== null && (standing.newest === null || type.newest < standing.newest)) standing.newest = type.newest
  }
  return standing
}

const statusRank = ['error', 'needs_auth', 'collecting', 'pending', 'success', 'paused']

// What needs a person first, then what is furthest behind; accounts that are alike stay in the order they came in.
export function worstFirst<Listed extends Pick<AccountFreshness, 'types' | 'status'>>(accounts: Listed[]): Listed[] {
  const rank = (account: Listed) => {
    const { behind, gaps, mismatches } = standingOf(account)
    const person = statusRank.indexOf(account.status)
    const late = account.status === 'collecting' ? 0 : (behind ?? 0)
    return [person < 2 ? person : 2, mismatches > 0 ? 0 : 1, -late, -gaps, person] as const
  }
  return accounts
    .map((account) => ({ account, rank: rank(account) }))
    .sort((left, right) => left.rank.map((part, index) => part - (right.rank[index] ?? 0)).find((difference) => difference !== 0) ?? 0)
    .map(({ account }) => account)
}

// These first, then the others in their order, each once.
export function onTop<Listed extends Pick<AccountFreshness, 'integration_id'>>(first: Listed[], all: Listed[]): Listed[] {
  const shown = new Set(first.map((account) => account.integration_id))
  return [...first, ...all.filter((account) => !shown.has(account.integration_id))]
}
