import { useQuery } from '@tanstack/react-query'
import type { DayState, Integration } from '../api/types'
import { formatCount } from '../shared/money'
import { Panel } from '../shared/Panel'
import { useSearch } from '../shared/router'
import { Segmented } from '../shared/Segmented'
import { Empty, ProblemBanner, Skeleton } from '../shared/states'
import { useLanguage } from '../words/Language'
import { Calendar } from './Calendar'
import { isCollected } from './calendar'
import css from './CoverageSection.module.css'
import { coverage } from './queries'
import { DayHistory } from './DayHistory'
import { Receipt } from './Receipt'

// Creatives have no days, so there is nothing of them to show here.
type DatedType = 'ads' | 'demographics'
const types: DatedType[] = ['ads', 'demographics']
const states: DayState[] = ['fresh', 'moving', 'mismatch', 'gap']

export function CoverageSection({ integration }: { integration: Integration }) {
  const { language, words } = useLanguage()
  const [askedType, chooseType] = useSearch('coverage')
  const [chosen, choose] = useSearch('day')
  const type = types.find((each) => each === askedType) ?? 'ads'
  const receipts = useQuery(coverage(integration.id, type))
  const days = receipts.data?.coverage
  const collected = days && formatCount(days.filter(isCollected).length, language)
  const picker = (
    <Segmented
      label={words.coverage.type}
      name="coverage"
      value={type}
      options={types.map((value) => ({ value, label: words.type[value] }))}
      onChange={(value) => chooseType(value === 'ads' ? null : value)}
    />
  )
  return (
    <Panel title={words.coverage.title} note={days?.length ? words.coverage.summary(collected ?? '', formatCount(days.length, language)) : words.coverage.intro} actions={picker} flush>
      {receipts.isPending ? (
        <Skeleton rows={1} height={240} />
      ) : days === undefined ? (
        <div className={css.problem}>
          <ProblemBanner error={receipts.error} onRetry={() => void receipts.refetch()} />
        </div>
      ) : days.length === 0 ? (
        <Empty title={words.coverage.empty} />
      ) : (
        <div className={css.section}>
          <div className={css.left}>
            <Calendar days={days} chosen={chosen} onChoose={choose} />
            <ul className={css.legend}>
              {states.map((state) => (
                <li key={state} title={words.coverage.stateHint[state]}>
                  <i className={css[state]} aria-hidden="true" />
                  {words.coverage.state[state]}
                </li>
              ))}
              {days.some((day) => day.suspect) && (
                <li title={words.coverage.suspectHint}>
                  <i className={css.suspect} aria-hidden="true" />
                  {words.coverage.suspect}
                </li>
              )}
            </ul>
          </div>
          <Receipt day={days.find((day) => day.date === chosen)} currency={integration.currency}>
            {chosen && <DayHistory integrationId={integration.id} type={type} date={chosen} currency={integration.currency} />}
          </Receipt>
        </div>
      )}
    </Panel>
  )
}
