import type { Queue, ScopeUsage } from '../api/types'

// "meta:account:act_1" is the quota of the account act_1 on meta; "meta" alone is the platform's own gate.
export type ScopeName = { source: string; kind: string; id: string }

export function readScope(scope: string): ScopeName {
  const [source = scope, kind = '', ...id] = scope.split(':')
  return { source, kind: kind || 'source', id: id.join(':') || source }
}

// A scope as people look at it: how full, and until when it is left alone. Scopes whose limits nobody has told of lately
// are known by their cool-down alone.
export type Row = ScopeName & { scope: string; usage: ScopeUsage | null; until: string | null; reason: string }

const kinds = ['source', 'app', 'account']

export function rowsOf(queue: Pick<Queue, 'scopes' | 'throttled'>, now: number): Row[] {
  const rows = new Map<string, Row>()
  for (const usage of queue.scopes) {
    rows.set(usage.scope, { ...readScope(usage.scope), scope: usage.scope, usage, until: later(usage.closed_until, null, now), reason: '' })
  }
  for (const { scope, until, reason } of queue.throttled) {
    const known = rows.get(scope)
    const row: Row = known ?? { ...readScope(scope), scope, usage: null, until: null, reason: '' }
    rows.set(scope, { ...row, until: later(until, row.until, now), reason })
  }
  const rank = (row: Row) => [row.until === null ? 1 : 0, kinds.indexOf(row.kind), -(row.usage?.usage_percent ?? 0)]
  return [...rows.values()].sort((left, right) => {
    const other = rank(right)
    return rank(left).map((part, index) => part - (other[index] ?? 0)).find((difference) => difference !== 0) ?? left.scope.localeCompare(right.scope)
  })
}

// The later of two times that are still to come.
function later(one: string | null, other: string | null, now: number): string | null {
  const times = [one, other].filter((time) => time !== null && Date.parse(time) > now).sort((a, b) => Date.parse(a as string) - Date.parse(b as string))
  return times.at(-1) ?? null
}

export type Fullness = 'free' | 'near' | 'full'

// adfill fills a limit up to 96 percent and waits there: that is well. What is fuller was filled by others too.
export const fullness = (percent: number): Fullness => (percent >= 98 ? 'full' : percent >= 75 ? 'near' : 'free')

// Minutes and seconds, or hours and minutes, as clocks that run down show them.
export function countdown(milliseconds: number): string {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000))
  const two = (value: number) => String(value).padStart(2, '0')
  const hours = Math.floor(seconds / 3600)
  const minutes = Math.floor(seconds / 60) % 60
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`
}
