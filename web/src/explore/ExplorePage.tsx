import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { AccountChooser } from '../integrations/AccountChooser'
import { CostChart } from '../performance/CostChart'
import { addDays, today } from '../shared/day'
import { Icon } from '../shared/Icon'
import { formatMoney } from '../shared/money'
import { PageHead, Panel } from '../shared/Panel'
import { useSearch } from '../shared/router'
import { Segmented } from '../shared/Segmented'
import { Empty, ProblemBanner, Skeleton } from '../shared/states'
import { useLanguage } from '../words/Language'
import { periodBefore } from './compare'
import css from './Explore.module.css'
import { FigureTable } from './FigureTable'
import { FigureTiles } from './FigureTiles'
import { creativesOf, csvAddress, figures, type Asked, type Group } from './queries'

const groups: Group[] = ['day', 'campaign', 'ad', 'source', 'gender', 'age']

export function ExplorePage() {
  const { words } = useLanguage()
  const [chosenGroup, chooseGroup] = useSearch('by')
  const [chosenSince, chooseSince] = useSearch('since')
  const [chosenUntil, chooseUntil] = useSearch('until')
  const [integration, chooseIntegration] = useSearch('account')
  const group = groups.find((each) => each === chosenGroup) ?? 'day'
  const until = chosenUntil ?? addDays(today(), -1)
  const since = chosenSince ?? addDays(until, -29)
  const asked: Asked = { group, since, until, integration: integration ?? undefined }
  return (
    <>
      <PageHead title={words.explore.title} note={words.explore.intro} />
      <div className={css.controls}>
        <AccountChooser label={words.explore.account} value={integration} every onChoose={chooseIntegration} />
        <label>
          {words.request.since}
          <input type="date" value={since} max={until} onChange={(event) => event.target.value && chooseSince(event.target.value)} />
        </label>
        <label>
          {words.request.until}
          <input type="date" value={until} min={since} onChange={(event) => event.target.value && chooseUntil(event.target.value)} />
        </label>
        <Segmented label={words.explore.by} name="by" value={group} options={groups.map((value) => ({ value, label: words.explore.group[value] }))} onChange={(value) => chooseGroup(value === 'day' ? null : value)} />
      </div>
      <Figures asked={asked} />
    </>
  )
}

function Figures({ asked }: { asked: Asked }) {
  const { language, words } = useLanguage()
  const before = { ...asked, ...periodBefore(asked) }
  // While another range loads its predecessor stays; rows of another group would stand under the wrong names.
  const rows = useQuery({ ...figures(asked), placeholderData: (last, query) => (query?.queryKey[2]?.group === asked.group ? last : undefined) })
  const earlier = useQuery(figures(before))
  const total = useQuery({ ...figures({ ...asked, group: 'total' }), placeholderData: keepPreviousData })
  const totalBefore = useQuery(figures({ ...before, group: 'total' }))
  const creatives = useQuery(creativesOf(asked.group === 'ad' ? asked.integration : undefined, rows.data?.rows ?? [])).data
  if (rows.isPending || total.isPending) return <Skeleton rows={4} height={72} />
  if (rows.data === undefined || total.data === undefined) return <ProblemBanner error={rows.error ?? total.error} onRetry={() => void Promise.all([rows.refetch(), total.refetch()])} />
  if (rows.data.rows.length === 0) return <Empty title={words.performance.empty} />
  // Money of two currencies is never summed: each has its own figures.
  const currencies = [...new Set(total.data.rows.map((row) => row.currency))]
  return (
    <>
      {currencies.map((currency) => {
        const sum = total.data.rows.find((row) => row.currency === currency)
        const own = rows.data.rows.filter((row) => row.currency === currency)
        const was = earlier.data?.rows.filter((row) => row.currency === currency) ?? []
        if (!sum) return null
        const cost = formatMoney(sum.cost, currency, language)
        return (
          <div key={currency} className="stack">
            <FigureTiles now={sum} before={totalBefore.data?.rows.find((row) => row.currency === currency)} />
            <Panel
              title={currencies.length > 1 ? `${words.explore.group[asked.group as Group]} · ${currency}` : words.explore.group[asked.group as Group]}
              note={words.explore.comparedWith(before.since, before.until)}
              actions={
                <a className={css.csv} href={csvAddress(asked)} download aria-label={words.performance.csv}>
                  <Icon name="down" size={14} />
                  CSV
                </a>
              }
            >
              <div className="stack">
                {asked.group === 'day' && <CostChart rows={own} currency={currency} label={words.performance.chart(`${asked.since} – ${asked.until}`, cost)} />}
                <FigureTable rows={own} before={asked.group === 'day' ? [] : was} group={asked.group as Group} creatives={asked.group === 'ad' ? creatives : undefined} />
              </div>
            </Panel>
          </div>
        )
      })}
    </>
  )
}
