import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import type { Alert } from '../api/types'
import { Button } from '../shared/Button'
import { ListTable, type Column } from '../shared/ListTable'
import { PageHead, Panel } from '../shared/Panel'
import { Link } from '../shared/router'
import { Empty, ProblemBanner, Skeleton } from '../shared/states'
import { StatusBadge } from '../shared/StatusBadge'
import { Time } from '../shared/Time'
import { session } from '../sign-in/session'
import { useLanguage, useWords } from '../words/Language'
import { useSaid } from '../words/useSaid'
import { alertText } from './alertText'
import { ChannelsPanel } from './ChannelsPanel'
import { alerts } from './queries'

export function AlertsPage() {
  const words = useWords()
  const who = useQuery(session)
  const list = useInfiniteQuery(alerts)
  const all = list.data?.pages.flatMap((page) => page.alerts)
  return (
    <>
      <PageHead title={words.alerts.title} note={words.alerts.intro} />
      <Panel title={words.alerts.title} untitled>
        {list.isPending ? (
          <Skeleton rows={4} />
        ) : all === undefined ? (
          <ProblemBanner error={list.error} onRetry={() => void list.refetch()} />
        ) : all.length === 0 ? (
          <Empty title={words.alerts.empty} hint={words.alerts.emptyHint} />
        ) : (
          <AlertTable alerts={all} />
        )}
        {list.hasNextPage && (
          <div className="more">
            <Button busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
              {words.common.loadMore}
            </Button>
          </div>
        )}
      </Panel>
      {who.data?.role === 'admin' && <ChannelsPanel />}
    </>
  )
}

function AlertTable({ alerts: rows }: { alerts: Alert[] }) {
  const words = useWords().alerts
  const columns: Column<Alert>[] = [
    { name: 'state', label: words.column.state, cell: (alert) => <StatusBadge status={alert.state === 'open' ? 'failed' : 'cancelled'} label={words.state[alert.state]} /> },
    { name: 'kind', label: words.column.kind, cell: (alert) => words.kind[alert.kind] },
    { name: 'message', label: words.column.message, cell: (alert) => <Message alert={alert} /> },
    { name: 'opened', label: words.column.opened, dim: true, cell: (alert) => <Time at={alert.opened_at} relative /> },
    { name: 'closed', label: words.column.closed, dim: true, cell: (alert) => alert.closed_at && <Time at={alert.closed_at} relative /> },
  ]
  return <ListTable columns={columns} rows={rows} keyOf={(alert) => alert.id} />
}

function Message({ alert }: { alert: Alert }) {
  const { language, words } = useLanguage()
  const text = alertText(alert, words, language, useSaid())
  if (!alert.integration_id) return <>{text}</>
  return <Link href={`/integrations/${alert.integration_id}`}>{text}</Link>
}
