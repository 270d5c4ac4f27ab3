import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { Integration } from '../api/types'
import { addDays, today } from '../shared/day'
import { Icon } from '../shared/Icon'
import { formatCount, formatDecimal, formatMoney } from '../shared/money'
import { Facts, Panel } from '../shared/Panel'
import { useSearch } from '../shared/router'
import { Segmented } from '../shared/Segmented'
import { Empty, ProblemBanner, Skeleton } from '../shared/states'
import { useLanguage } from '../words/Language'
import { CostChart } from './CostChart'
import css from './CostSection.module.css'
import { csvAddress, performance } from './queries'

const ranges = { days30: 30, days90: 90, days365: 365, all: undefined } as const
type Range = keyof typeof ranges

export function CostSection({ integration }: { integration: Integration }) {
  const { words } = useLanguage()
  const [asked, choose] = useSearch('cost')
  const range = (asked !== null && asked in ranges ? asked : 'days90') as Range
  const length = ranges[range]
  const since = length === undefined ? undefined : addDays(today(), -length)
  const byDay = useQuery({ ...performance(integration.id, 'day', since), placeholderData: keepPreviousData })
  const total = useQuery({ ...performance(integration.id, 'total', since), placeholderData: keepPreviousData })
  const picker = (
    <div className={css.actions}>
      <a className={css.csv} href={csvAddress(integration.id, since)} download={`${integration.account_id}.csv`} aria-label={words.performance.csv}>
        <Icon name="down" size={14} />
        CSV
      </a>
      <Segmented
        label={words.performance.range}
        name="cost"
        value={range}
        options={(Object.keys(ranges) as Range[]).map((value) => ({ value, label: words.performance[value] }))}
        onChange={(value) => choose(value === 'days90' ? null : value)}
      />
    </div>
  )
  const rows = byDay.data?.rows
  const sum = total.data?.rows.find((row) => row.currency === integration.currency)
  return (
    <Panel title={words.performance.title} actions={picker}>
      {byDay.isPending ? (
        <Skeleton rows={1} height={240} />
      ) : rows === undefined ? (
        <ProblemBanner error={byDay.error} onRetry={() => void byDay.refetch()} />
      ) : rows.length === 0 ? (
        <Empty title={words.performance.empty} />
      ) : (
        <Figures rows={rows} sum={sum} range={words.performance[range]} currency={integration.currency} />
      )}
    </Panel>
  )
}

function Figures({ rows, sum, range, currency }: { rows: React.ComponentProps<typeof CostChart>['rows']; sum: (typeof rows)[number] | undefined; range: string; currency: string }) {
  const { language, words } = useLanguage()
  const total = sum ? formatMoney(sum.cost, currency, language) : '–'
  return (
    <div className="stack">
      {sum && (
        <Facts
          facts={[
            [words.performance.total, <span key="cost" className={css.total}>{total}</span>],
            [words.performance.impressions, formatCount(sum.impressions, language)],
            [words.performance.clicks, formatCount(sum.clicks, language)],
            [words.performance.conversions, formatDecimal(sum.conversions, language)],
          ]}
        />
      )}
      <CostChart rows={rows} currency={currency} label={words.performance.chart(range, total)} />
    </div>
  )
}
