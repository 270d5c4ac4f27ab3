import { useQuery } from '@tanstack/react-query'
import type { Integration } from '../api/types'
import { coverage } from '../coverage/queries'
import { integrations } from '../integrations/queries'
import { addDays, today } from '../shared/day'
import { Icon } from '../shared/Icon'
import { PageHead, Panel } from '../shared/Panel'
import { Link, useSearch } from '../shared/router'
import { Segmented } from '../shared/Segmented'
import { Empty, ProblemBanner, Skeleton } from '../shared/states'
import { useLanguage } from '../words/Language'
import css from './History.module.css'
import { MovementChart } from './MovementChart'
import { PinnedDays } from './PinnedDays'
import { historyOf, type DatedType, type HistoryRange } from './queries'
import { RestatementList } from './RestatementList'
import { metrics, restatementsOf, toldOf, type Metric } from './restatements'

const types: DatedType[] = ['ads', 'demographics']
const shownDays = 30

// What moved an account's numbers: every kept restatement of a range, and what may be done about it.
export function HistoryPage({ id }: { id: string }) {
  const integration = useQuery(integrations.one(id))
  if (integration.isPending) return <Skeleton rows={4} height={96} />
  if (integration.data === undefined) return <ProblemBanner error={integration.error} onRetry={() => void integration.refetch()} />
  return <History integration={integration.data} />
}

function History({ integration }: { integration: Integration }) {
  const { words } = useLanguage()
  const w = words.restatements
  const [askedType, chooseType] = useSearch('type')
  const [askedSince, chooseSince] = useSearch('since')
  const [askedUntil, chooseUntil] = useSearch('until')
  const type = types.find((each) => each === askedType) ?? 'ads'
  const until = askedUntil ?? today()
  const since = askedSince ?? addDays(until, 1 - shownDays)
  const crumbs = (
    <>
      <Link href="/integrations">{words.integrations.title}</Link>
      <Icon name="chevron" size={12} />
      <Link href={`/integrations/${integration.id}`}>{integration.account_name || integration.account_id}</Link>
    </>
  )
  return (
    <>
      <PageHead crumbs={crumbs} title={w.title} note={w.intro} />
      <div className={css.controls}>
        <label>
          {words.request.since}
          <input type="date" value={since} max={until} onChange={(event) => event.target.value && chooseSince(event.target.value)} />
        </label>
        <label>
          {words.request.until}
          <input type="date" value={until} min={since} onChange={(event) => event.target.value && chooseUntil(event.target.value)} />
        </label>
        <Segmented label={words.coverage.type} name="type" value={type} options={types.map((value) => ({ value, label: words.type[value] }))} onChange={(value) => chooseType(value === 'ads' ? null : value)} />
      </div>
      <Moved range={{ integration: integration.id, type, since, until }} currency={integration.currency} />
    </>
  )
}

function Moved({ range, currency }: { range: HistoryRange; currency: string }) {
  const { words } = useLanguage()
  const w = words.restatements
  const [askedMetric, chooseMetric] = useSearch('figure')
  const metric = metrics.find((each) => each === askedMetric) ?? 'cost'
  const history = useQuery(historyOf(range))
  const receipts = useQuery(coverage(range.integration, range.type))
  if (history.isPending || receipts.isPending) return <Skeleton rows={3} height={120} />
  if (history.data === undefined || receipts.data === undefined) {
    return <ProblemBanner error={history.error ?? receipts.error} onRetry={() => void Promise.all([history.refetch(), receipts.refetch()])} />
  }
  const days = receipts.data.coverage.filter((day) => day.date >= range.since && day.date <= range.until)
  const { changes } = history.data
  const picker = <Segmented<Metric> label={w.figure} name="figure" value={metric} options={metrics.map((value) => ({ value, label: words.coverage.figure[value] }))} onChange={(value) => chooseMetric(value === 'cost' ? null : value)} />
  return (
    <>
      <PinnedDays range={range} days={days} />
      {changes.length === 0 ? (
        <Panel title={w.title} untitled>
          <Empty title={w.empty} hint={w.emptyHint} />
        </Panel>
      ) : (
        <>
          <Panel title={w.chart} note={w.chartNote} actions={picker}>
            <MovementChart told={toldOf(days, changes)} metric={metric} currency={currency} />
          </Panel>
          <RestatementList range={range} restatements={restatementsOf(changes)} currency={currency} />
        </>
      )}
    </>
  )
}
