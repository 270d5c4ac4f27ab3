import { useQuery } from '@tanstack/react-query'
import type { Integration } from '../api/types'
import { formatCount, formatMoney } from '../shared/money'
import { ListTable, type Column } from '../shared/ListTable'
import { Panel } from '../shared/Panel'
import { Link, useSearch } from '../shared/router'
import { Empty, ProblemBanner, Skeleton } from '../shared/states'
import { StatusBadge } from '../shared/StatusBadge'
import { useLanguage } from '../words/Language'
import { holesOf, type Hole } from './holes'
import { coverage } from './queries'

// What is missing or differs, of the type that the calendar above shows; each leads to its newest day there.
export function HoleList({ integration }: { integration: Integration }) {
  const { language, words } = useLanguage()
  const [askedType] = useSearch('coverage')
  const type = askedType === 'demographics' ? 'demographics' : 'ads'
  const receipts = useQuery(coverage(integration.id, type))
  const w = words.holes
  const link = (hole: Hole) => `/coverage?${new URLSearchParams({ account: integration.id, ...(type === 'ads' ? {} : { coverage: type }), day: hole.until })}`
  const what = (hole: Hole) => (hole.day?.difference ? w.differsBy(formatMoney(hole.day.difference.cost, integration.currency, language), formatCount(hole.day.difference.impressions, language)) : words.job.days(hole.days))
  const columns: Column<Hole>[] = [
    { name: 'days', label: w.column.days, cell: (hole) => <Link href={link(hole)}>{hole.since === hole.until ? hole.since : `${hole.since} – ${hole.until}`}</Link> },
    { name: 'state', label: w.column.state, cell: (hole) => <StatusBadge status={hole.state === 'gap' ? 'pending' : 'failed'} label={words.coverage.state[hole.state]} /> },
    { name: 'what', label: w.column.what, dim: true, cell: what },
  ]
  if (receipts.isPending) return <Skeleton rows={2} />
  if (receipts.data === undefined) return <ProblemBanner error={receipts.error} onRetry={() => void receipts.refetch()} />
  const holes = holesOf(receipts.data.coverage)
  return (
    <Panel title={w.title} note={w.intro} flush>
      {holes.length === 0 ? <Empty title={w.none} /> : <ListTable columns={columns} rows={holes} keyOf={(hole) => hole.state + hole.since} />}
    </Panel>
  )
}
