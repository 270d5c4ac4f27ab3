import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { PerformanceRow } from '../api/types'
import { CostChart } from '../performance/CostChart'
import { Icon } from '../shared/Icon'
import { formatMoney } from '../shared/money'
import { Panel } from '../shared/Panel'
import { Empty, Notice, ProblemBanner, Skeleton } from '../shared/states'
import { formatInstant } from '../shared/Time'
import { useLanguage } from '../words/Language'
import { useSaid } from '../words/useSaid'
import css from './Explore.module.css'
import { FigureTable } from './FigureTable'
import { FigureTiles } from './FigureTiles'
import { creativesOf, csvAddress, figures, type Asked, type Group } from './queries'

// What was asked for, each currency by itself, beside what it is compared with: other days, or what is told of the same days now.
export function Figures({ asked, compared }: { asked: Asked; compared: Asked | null }) {
  const { words } = useLanguage()
  const said = useSaid()
  const other = compared ?? asked
  // While another range loads its predecessor stays; rows of another group would stand under the wrong names.
  const rows = useQuery({ ...figures(asked), placeholderData: (last, query) => (query?.queryKey[2]?.group === asked.group ? last : undefined) })
  const otherRows = useQuery({ ...figures(other), enabled: compared !== null })
  const total = useQuery({ ...figures({ ...asked, group: 'total' }), placeholderData: keepPreviousData })
  const otherTotal = useQuery({ ...figures({ ...other, group: 'total' }), enabled: compared !== null })
  const unknownThen = said.field(rows.error, 'as_of')
  if (unknownThen) return <Notice tone="amber" title={words.asReported.unknown} note={unknownThen} />
  if (rows.isPending || total.isPending) return <Skeleton rows={4} height={72} />
  if (rows.data === undefined || total.data === undefined) return <ProblemBanner error={rows.error ?? total.error} onRetry={() => void Promise.all([rows.refetch(), total.refetch()])} />
  if (rows.data.rows.length === 0) return <Empty title={words.performance.empty} />
  // Money of two currencies is never summed: each has its own figures.
  const currencies = [...new Set(total.data.rows.map((row) => row.currency))]
  return currencies.map((currency) => {
    const of = (all: PerformanceRow[] | undefined) => all?.filter((row) => row.currency === currency) ?? []
    const [sum] = of(total.data.rows)
    if (!sum) return null
    return (
      <div key={currency} className="stack">
        <FigureTiles shown={sum} compared={compared ? of(otherTotal.data?.rows)[0] : undefined} later={asked.asOf !== undefined} />
        <FigurePanel asked={asked} compared={compared} rows={of(rows.data.rows)} otherRows={compared ? of(otherRows.data?.rows) : []} sum={sum} several={currencies.length > 1} />
      </div>
    )
  })
}

type PanelProps = { asked: Asked; compared: Asked | null; rows: PerformanceRow[]; otherRows: PerformanceRow[]; sum: PerformanceRow; several: boolean }

function FigurePanel({ asked, compared, rows, otherRows, sum, several }: PanelProps) {
  const { language, words } = useLanguage()
  const group = asked.group as Group
  const creatives = useQuery(creativesOf(group === 'ad' ? asked.integration : undefined, rows)).data
  const note = asked.asOf ? words.asReported.note(formatInstant(asked.asOf, language)) : compared ? words.explore.comparedWith(compared.since, compared.until) : undefined
  const name = words.explore.group[group]
  const csv = (
    <a className={css.csv} href={csvAddress(asked)} download aria-label={words.performance.csv}>
      <Icon name="down" size={14} />
      CSV
    </a>
  )
  // Days of another period are other rows; the same days as they are told now are not.
  const others = group === 'day' && !asked.asOf ? [] : otherRows
  return (
    <Panel title={several ? `${name} · ${sum.currency}` : name} note={note} actions={csv}>
      <div className="stack">
        {group === 'day' && <CostChart rows={rows} currency={sum.currency} label={words.performance.chart(`${asked.since} – ${asked.until}`, formatMoney(sum.cost, sum.currency, language))} />}
        <FigureTable rows={rows} others={others} later={asked.asOf !== undefined} group={group} creatives={creatives} />
      </div>
    </Panel>
  )
}
