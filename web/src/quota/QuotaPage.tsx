import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Queue, ScopeUsage } from '../api/types'
import { queue } from '../queue/queries'
import { formatCount } from '../shared/money'
import { PageHead, Panel } from '../shared/Panel'
import { Empty, ProblemBanner, Skeleton } from '../shared/states'
import { Tile, Tiles } from '../shared/Tiles'
import { formatInstant, formatRelative, useNow, useSeconds } from '../shared/Time'
import { VirtualRows } from '../shared/VirtualRows'
import { session } from '../sign-in/session'
import { useLanguage } from '../words/Language'
import { useSaid } from '../words/useSaid'
import css from './QuotaPage.module.css'
import { countdown, fullness, rowsOf, type Row } from './scope'

const lookAgainMs = 5_000 // usage falls by itself, no event tells of it
const rowHeight = 68
const searchedFrom = 12

export function QuotaPage() {
  const { words } = useLanguage()
  const now = useSeconds()
  const who = useQuery(session).data
  const state = useQuery({ ...queue, refetchInterval: lookAgainMs })
  const [search, look] = useState('')
  if (state.isPending) return <Skeleton rows={5} height={64} />
  if (state.data === undefined) return <ProblemBanner error={state.error} onRetry={() => void state.refetch()} />
  const all = rowsOf(state.data, now)
  const rows = all.filter(({ scope }) => scope.toLowerCase().includes(search.trim().toLowerCase()))
  const field = all.length > searchedFrom && (
    <input className={css.search} type="search" aria-label={words.quota.search} placeholder={words.quota.search} value={search} onChange={(event) => look(event.target.value)} />
  )
  return (
    <>
      <PageHead title={words.quota.title} note={words.quota.intro} />
      <Figures queue={state.data} rows={all} />
      <Panel title={words.quota.scopes} note={words.quota.scopesHint} actions={field} flush>
        {rows.length === 0 ? (
          <Empty title={search ? words.quota.notFound : words.quota.empty} hint={search ? undefined : who?.role === 'admin' ? words.quota.emptyHint : words.quota.forAdmins} />
        ) : (
          <>
            <div className={`${css.row} ${css.head}`} aria-hidden="true">
              {(['scope', 'usage', 'calls', 'refused', 'state'] as const).map((name) => (
                <span key={name}>{words.quota.column[name]}</span>
              ))}
            </div>
            <VirtualRows label={words.quota.scopes} rows={rows} keyOf={(row) => row.scope} estimate={rowHeight} more={undefined} loading={false}>
              {(row) => <Scope row={row} />}
            </VirtualRows>
          </>
        )}
      </Panel>
    </>
  )
}

function Figures({ queue: { scopes }, rows }: { queue: Queue; rows: Row[] }) {
  const { language, words } = useLanguage()
  const tiles = words.quota.tiles
  const cooling = rows.filter((row) => row.until !== null).length
  // An app's calls are counted at its accounts too: each call once, where it went.
  const accounts = scopes.filter(({ scope }) => scope.includes(':account:'))
  const counted = accounts.length > 0 ? accounts : scopes
  const calls = counted.reduce((sum, scope) => sum + scope.calls, 0)
  const refused = counted.reduce((sum, scope) => sum + scope.refused, 0)
  const highest = Math.max(0, ...scopes.map((scope) => scope.usage_percent))
  const share = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 2 }).format(calls > 0 ? refused / calls : 0)
  return (
    <Tiles>
      <Tile name={tiles.cooling} value={formatCount(cooling, language)} hint={cooling > 0 ? tiles.coolingHint : tiles.allOpen} tone={cooling > 0 ? 'amber' : undefined} />
      <Tile name={tiles.highest} value={percent(highest, language)} hint={tiles.highestHint} tone={fullness(highest) === 'full' ? 'red' : undefined} />
      <Tile name={tiles.calls} value={formatCount(calls, language)} hint={tiles.callsHint} />
      <Tile name={tiles.refused} value={formatCount(refused, language)} hint={tiles.refusedHint(share)} />
    </Tiles>
  )
}

function Scope({ row }: { row: Row }) {
  const { language, words } = useLanguage()
  const said = useSaid()
  const now = useNow()
  const { usage } = row
  const kind = words.quota.kind[row.kind as keyof typeof words.quota.kind] ?? row.kind
  const source = words.source[row.source as keyof typeof words.source] ?? row.source
  const tier = usage?.tier
  return (
    <div className={css.row} data-scope={row.scope}>
      <div className={css.name}>
        <strong>{row.kind === 'source' ? source : row.id}</strong>
        <small>
          {row.kind === 'source' ? kind : `${source} · ${kind}`}
          {tier && <span className={`${css.tier} ${css[tier] ?? ''}`}>{words.quota.tier[tier as keyof typeof words.quota.tier] ?? tier}</span>}
        </small>
        {usage?.calls_15_days != null && (
          <small>{(tier === 'limited' ? words.quota.recentOfNeeded : words.quota.recent)(formatCount(usage.calls_15_days, language))}</small>
        )}
      </div>
      <div className={css.limits}>
        {usage && usage.limits.length > 0 ? <Limits limits={usage.limits} /> : <span className={css.none}>{words.quota.unknown}</span>}
        {usage?.read_at && <small className={css.others}>{words.quota.readElsewhere(formatRelative(usage.read_at, Math.max(now, Date.parse(usage.read_at)), language))}</small>}
      </div>
      <span className={css.number} data-label={words.quota.column.calls}>
        {usage ? formatCount(usage.calls, language) : '–'}
      </span>
      <span className={`${css.number} ${usage && usage.refused > 0 ? css.bad : ''}`} data-label={words.quota.column.refused}>
        {usage ? formatCount(usage.refused, language) : '–'}
      </span>
      <div className={css.state}>
        {row.until ? (
          <Countdown until={row.until} />
        ) : (
          <span className={css.open}>
            <i aria-hidden="true" />
            {words.quota.open}
          </span>
        )}
      </div>
      {row.until && row.reason && <p className={css.reason}>{said.failure(row.reason)}</p>}
    </div>
  )
}

// The fullest one decides when the next call goes; the others beside it in a line.
function Limits({ limits }: { limits: ScopeUsage['limits'] }) {
  const { language, words } = useLanguage()
  const [fullest, ...others] = limits.toSorted((left, right) => right.usage_percent - left.usage_percent)
  return (
    <>
      {fullest && <Limit limit={fullest} />}
      {others.length > 0 && (
        <div className={css.others}>
          {others.map((limit) => (
            <span key={limit.name}>
              {words.quota.limit[limit.name as keyof typeof words.quota.limit] ?? limit.name} {percent(limit.usage_percent, language)}
            </span>
          ))}
        </div>
      )}
    </>
  )
}

function Limit({ limit }: { limit: ScopeUsage['limits'][number] }) {
  const { language, words } = useLanguage()
  const name = words.quota.limit[limit.name as keyof typeof words.quota.limit] ?? limit.name
  const capacity = limit.capacity === null ? null : words.quota.capacity(formatCount(Math.round(limit.capacity), language))
  return (
    <div className={`${css.limit} ${css[fullness(limit.usage_percent)] ?? ''}`}>
      <div className={css.track} role="meter" aria-label={name} aria-valuemin={0} aria-valuemax={100} aria-valuenow={Math.min(100, limit.usage_percent)}>
        <i style={{ width: `${Math.min(100, limit.usage_percent)}%` }} />
      </div>
      <span className={css.percent}>{percent(limit.usage_percent, language)}</span>
      <small>{[name, capacity, limit.learned ? words.quota.learned : null].filter(Boolean).join(' · ')}</small>
    </div>
  )
}

function Countdown({ until }: { until: string }) {
  const { language, words } = useLanguage()
  const now = useSeconds()
  return (
    <>
      <time dateTime={until} title={formatInstant(until, language)} data-countdown>
        {countdown(Date.parse(until) - now)}
      </time>
      <small>{words.quota.cooling}</small>
    </>
  )
}

const percent = (value: number, language: string) => new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: value < 10 ? 1 : 0 }).format(value / 100)
