import { useInfiniteQuery, useQueries } from '@tanstack/react-query'
import type { AccountFreshness } from '../api/types'
import { formatDay } from '../shared/day'
import { Panel } from '../shared/Panel'
import { Link, navigate } from '../shared/router'
import { Empty, ProblemBanner, Skeleton } from '../shared/states'
import { useLanguage } from '../words/Language'
import { VirtualRows } from '../shared/VirtualRows'
import { DayStrip, StripLegend } from './DayStrip'
import css from './FreshnessPanel.module.css'
import { firstPage, freshness, type FreshnessFilter } from './queries'
import { onTop, standingOf, worstFirst } from './strip'

const rowHeight = 64
const toppers: FreshnessFilter[] = [{ status: 'error' }, { status: 'needs_auth' }, { status: 'success', late: true }]

// Every account with its last thirty days: what is there, up to when, and what is missing.
export function FreshnessPanel({ add }: { add: React.ReactNode }) {
  const { words } = useLanguage()
  const list = useInfiniteQuery(freshness({}))
  const all = list.data?.pages.flatMap((page) => page.freshness)
  // Among some of the accounts the worst is not the worst of all: a list that still grows keeps its order, below those that
  // the server finds to need a person or to be late.
  const worst = useQueries({
    queries: toppers.map((filter) => ({ ...firstPage(filter), enabled: list.hasNextPage })),
    combine: (found) => found.flatMap((query) => query.data?.freshness ?? []),
  })
  const accounts = all && (list.hasNextPage ? onTop(worstFirst(worst), all) : worstFirst(all))
  return (
    <Panel title={words.freshness.title} note={words.freshness.intro} actions={accounts && accounts.length > 0 && <StripLegend suspect={accounts.some(({ types }) => types.some((type) => type.recent_suspect.length > 0))} />} flush>
      {list.isPending ? (
        <Skeleton rows={4} height={52} />
      ) : accounts === undefined ? (
        <ProblemBanner error={list.error} onRetry={() => void list.refetch()} />
      ) : accounts.length === 0 ? (
        <Empty title={words.integrations.empty} hint={words.integrations.emptyHint}>
          {add}
        </Empty>
      ) : (
        <VirtualRows
          className={css.list}
          label={words.freshness.title}
          rows={accounts}
          keyOf={(account) => account.integration_id}
          estimate={rowHeight}
          more={list.hasNextPage ? () => void list.fetchNextPage() : undefined}
          loading={list.isFetchingNextPage}
        >
          {(account) => <Account account={account} />}
        </VirtualRows>
      )}
    </Panel>
  )
}

function Account({ account }: { account: AccountFreshness }) {
  const { words } = useLanguage()
  const href = `/integrations/${account.integration_id}`
  const needsPerson = account.status === 'needs_auth' || account.status === 'error' || account.status === 'paused'
  return (
    <div className={css.row} data-freshness={account.account_id} onClick={(event) => event.target instanceof HTMLAnchorElement || navigate(href)}>
      <div className={css.name}>
        <Link href={href}>{account.account_name || account.account_id}</Link>
        <small>
          {account.advertiser}
          {needsPerson && ` · ${words.integrationStatus[account.status]}`}
        </small>
      </div>
      <div className={css.strips}>
        {account.types.map((type) => (
          <DayStrip key={type.collection_type} type={type} recentUntil={account.recent_until} collecting={account.status === 'collecting'} />
        ))}
      </div>
      <Stands account={account} />
    </div>
  )
}

function Stands({ account }: { account: AccountFreshness }) {
  const { language, words } = useLanguage()
  const { behind, gaps, mismatches, suspect, newest } = standingOf(account)
  const notes = [newest && words.freshness.until(formatDay(newest, language)), gaps > 0 && words.freshness.gaps(gaps), mismatches > 0 && words.freshness.mismatches(mismatches), suspect > 0 && words.freshness.suspect(suspect)]
  const collecting = account.status === 'collecting'
  const tone = collecting ? css.active : behind === null ? css.none : mismatches > 0 ? css.bad : behind > 0 || gaps > 0 ? css.late : css.good
  return (
    <div className={css.standing}>
      <span className={tone}>{collecting ? words.freshness.collecting : behind === null ? words.freshness.nothing : behind > 0 ? words.freshness.behind(behind) : gaps > 0 ? words.freshness.incomplete : words.freshness.upToDate}</span>
      <small>{notes.filter(Boolean).join(' · ')}</small>
    </div>
  )
}
