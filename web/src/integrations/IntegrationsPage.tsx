import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import type { Integration } from '../api/types'
import { Button, ButtonLink } from '../shared/Button'
import { Icon } from '../shared/Icon'
import { PageHead, Panel } from '../shared/Panel'
import { Link, navigate } from '../shared/router'
import { Empty, ProblemBanner, Skeleton } from '../shared/states'
import { StatusBadge } from '../shared/StatusBadge'
import { Time } from '../shared/Time'
import { mayAct, session } from '../sign-in/session'
import { useWords } from '../words/Language'
import css from './IntegrationsPage.module.css'
import { integrations } from './queries'

export function IntegrationsPage() {
  const words = useWords()
  const who = useQuery(session).data
  const list = useInfiniteQuery(integrations.list)
  const all = list.data?.pages.flatMap((page) => page.integrations)
  const add = mayAct(who) && (
    <ButtonLink kind="primary" href="/integrations/new">
      <Icon name="plus" />
      {words.integrations.add}
    </ButtonLink>
  )
  return (
    <>
      <PageHead title={words.integrations.title} note={words.integrations.intro} actions={add} />
      <Panel title={words.integrations.title} untitled>
        {list.isPending ? (
          <Skeleton rows={4} />
        ) : all === undefined ? (
          <ProblemBanner error={list.error} onRetry={() => void list.refetch()} />
        ) : all.length === 0 ? (
          <Empty title={words.integrations.empty} hint={words.integrations.emptyHint}>
            {add}
          </Empty>
        ) : (
          <IntegrationTable integrations={all} />
        )}
        {list.hasNextPage && (
          <div className={css.more}>
            <Button busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
              {words.common.loadMore}
            </Button>
          </div>
        )}
      </Panel>
    </>
  )
}

// Roles are spelled out for the phone's layout, as in jobs/JobTable.tsx.
function IntegrationTable({ integrations }: { integrations: Integration[] }) {
  const words = useWords()
  const column = words.integrations.column
  return (
    <table role="table" className={css.table}>
      <thead role="rowgroup">
        <tr role="row">
          {[column.account, column.advertiser, column.status, column.currency, column.zone, column.updated].map((head) => (
            <th key={head} role="columnheader" scope="col">
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {integrations.map((integration) => (
          <tr
            key={integration.id}
            role="row"
            onClick={(event) => event.target instanceof HTMLAnchorElement || navigate(`/integrations/${integration.id}`)}
          >
            <td role="cell">
              <Link href={`/integrations/${integration.id}`}>{integration.account_name || integration.account_id}</Link>
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
        ))}
      </tbody>
    </table>
  )
}
