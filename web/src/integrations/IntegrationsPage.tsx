import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { memo } from 'react'
import type { Integration, IntegrationStatus } from '../api/types'
import type { AccountFilter } from '../freshness/queries'
import { Button, ButtonLink } from '../shared/Button'
import { Icon } from '../shared/Icon'
import { PageHead, Panel } from '../shared/Panel'
import { Link, navigate, useSearch } from '../shared/router'
import { SearchField } from '../shared/SearchField'
import { Segmented } from '../shared/Segmented'
import { Empty, ProblemBanner, Skeleton } from '../shared/states'
import { StatusBadge } from '../shared/StatusBadge'
import { Time } from '../shared/Time'
import { VirtualBody, placedRow, type Placed } from '../shared/VirtualBody'
import { More } from '../shared/VirtualRows'
import { mayAct, session } from '../sign-in/session'
import { useWords } from '../words/Language'
import css from './IntegrationsPage.module.css'
import { OffersPanel } from './OffersPanel'
import { integrations } from './queries'

const statuses: IntegrationStatus[] = ['success', 'collecting', 'pending', 'needs_auth', 'error', 'paused']
const rowHeight = 62

export function IntegrationsPage() {
  const words = useWords()
  const who = useQuery(session).data
  const [chosen, choose] = useSearch('status')
  const [search, look] = useSearch('search')
  const status = statuses.find((each) => each === chosen)
  const filter = { ...(status ? { status } : {}), ...(search ? { search } : {}) }
  const add = mayAct(who) && (
    <ButtonLink kind="primary" href="/integrations/new">
      <Icon name="plus" />
      {words.integrations.add}
    </ButtonLink>
  )
  return (
    <>
      <PageHead title={words.integrations.title} note={words.integrations.intro} actions={add} />
      <OffersPanel />
      <div className={css.list}>
        <div className={css.filters}>
          <Segmented
            label={words.jobs.filter}
            name="status"
            value={status ?? 'all'}
            options={[{ value: 'all', label: words.common.all }, ...statuses.map((value) => ({ value, label: words.integrationStatus[value] }))]}
            onChange={(value) => choose(value === 'all' ? null : value)}
          />
          <SearchField label={words.jobs.search} value={search} onSearch={look} />
        </div>
        <Panel title={words.integrations.title} untitled>
          <IntegrationList filter={filter} add={add} />
        </Panel>
      </div>
    </>
  )
}

function IntegrationList({ filter, add }: { filter: AccountFilter; add: React.ReactNode }) {
  const words = useWords()
  const list = useInfiniteQuery({ ...integrations.list(filter), placeholderData: keepPreviousData })
  const all = list.data?.pages.flatMap((page) => page.integrations)
  if (list.isPending) return <Skeleton rows={4} />
  if (all === undefined) return <ProblemBanner error={list.error} onRetry={() => void list.refetch()} />
  if (all.length === 0 && Object.keys(filter).length > 0) {
    return (
      <Empty title={words.integrations.emptyFiltered}>
        <Button onClick={() => navigate('/integrations')}>{words.integrations.showAll}</Button>
      </Empty>
    )
  }
  if (all.length === 0) {
    return (
      <Empty title={words.integrations.empty} hint={words.integrations.emptyHint}>
        {add}
      </Empty>
    )
  }
  return <IntegrationTable integrations={all} more={list.hasNextPage ? () => void list.fetchNextPage() : undefined} loading={list.isFetchingNextPage} />
}

// Roles are spelled out for the phone's layout, as in jobs/JobTable.tsx.
function IntegrationTable({ integrations: rows, more, loading }: { integrations: Integration[]; more: (() => void) | undefined; loading: boolean }) {
  const { column } = useWords().integrations
  const heads = [column.account, column.advertiser, column.status, column.currency, column.zone, column.updated]
  return (
    <>
      <table role="table" className={css.table} aria-rowcount={more ? -1 : rows.length + 1}>
        <thead role="rowgroup">
          <tr role="row" aria-rowindex={1}>
            {heads.map((head) => (
              <th key={head} role="columnheader" scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <VirtualBody rows={rows} keyOf={(integration) => integration.id} estimate={rowHeight} columns={heads.length} more={more} loading={loading}>
          {(integration, placed) => <IntegrationRow key={integration.id} integration={integration} {...placed} />}
        </VirtualBody>
      </table>
      {more && <More onMore={more} loading={loading} />}
    </>
  )
}

const IntegrationRow = memo(function IntegrationRow({ integration, index, measure }: { integration: Integration } & Placed) {
  const words = useWords()
  const href = `/integrations/${integration.id}`
  return (
    <tr role="row" {...placedRow({ index, measure })} data-account={integration.account_id} onClick={(event) => event.target instanceof HTMLAnchorElement || navigate(href)}>
      <td role="cell">
        <Link href={href}>{integration.account_name || integration.account_id}</Link>
        <small>
          {words.source[integration.source]} · {integration.account_id}
        </small>
      </td>
      <td role="cell">{integration.advertiser}</td>
      <td role="cell">
        <StatusBadge status={integration.status} label={words.integrationStatus[integration.status]} />
      </td>
      <td role="cell">{integration.currency}</td>
      <td role="cell">{integration.time_zone}</td>
      <td role="cell">
        <Time at={integration.updated_at} relative />
      </td>
    </tr>
  )
})
