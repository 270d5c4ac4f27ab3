import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { CoverageDay, DayState, Integration } from '../api/types'
import { Button } from '../shared/Button'
import { formatCount } from '../shared/money'
import { Panel } from '../shared/Panel'
import { useSearch } from '../shared/router'
import { Segmented } from '../shared/Segmented'
import { Empty, ProblemBanner, Skeleton } from '../shared/states'
import { mayAct, session } from '../sign-in/session'
import { useLanguage } from '../words/Language'
import { Calendar } from './Calendar'
import { isCollected } from './calendar'
import { CollectAgainDialog } from './CollectAgainDialog'
import css from './CoverageSection.module.css'
import { coverage } from './queries'
import { DayHistory } from './DayHistory'
import { Receipt } from './Receipt'
import { rangeOf, type Selection } from './selection'
import { SelectionBar } from './SelectionBar'

// Creatives have no days, so there is nothing of them to show here.
type DatedType = 'ads' | 'demographics'
const types: DatedType[] = ['ads', 'demographics']
const states: DayState[] = ['fresh', 'moving', 'mismatch', 'gap']

export function CoverageSection({ integration }: { integration: Integration }) {
  const { language, words } = useLanguage()
  const [askedType, chooseType] = useSearch('coverage')
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
        <Days key={type} integration={integration} type={type} days={days} />
      )}
    </Panel>
  )
}

// The calendar and what is selected in it. The receipt is that of the day where the selection has come to.
function Days({ integration, type, days }: { integration: Integration; type: DatedType; days: CoverageDay[] }) {
  const { words } = useLanguage()
  const mayCollect = mayAct(useQuery(session).data)
  const [linked, setHead] = useSearch('day')
  const head = days.some((day) => day.date === linked) ? linked : null
  const [anchor, setAnchor] = useState<string | null>(null)
  const [tapping, tap] = useState(false)
  const [asking, ask] = useState(false)
  const selection = head === null ? null : { anchor: anchor ?? head, head }
  const range = selection && rangeOf(selection)
  const several = range !== null && range.since !== range.until
  const select = (next: Selection | null) => {
    setHead(next?.head ?? null)
    setAnchor(next?.anchor ?? null)
  }
  return (
    <div className={css.section}>
      <div className={css.left}>
        <Calendar days={days} selection={selection} tapping={tapping} onSelect={select} />
        <Legend days={days} />
        {mayCollect && (
          <>
            <p className={css.hint}>{words.coverage.select.hint}</p>
            <div className={css.tap}>
              <Button small aria-pressed={tapping} onClick={() => (select(null), tap(!tapping))}>
                {words.coverage.select.tap}
              </Button>
              {tapping && <span>{words.coverage.select.tapHint}</span>}
            </div>
          </>
        )}
        <SelectionBar days={days} range={mayCollect || several ? range : null} onSelect={({ since, until }) => select({ anchor: since, head: until })} onClear={() => select(null)} onAgain={mayCollect ? () => ask(true) : undefined} />
      </div>
      <Receipt day={days.find((day) => day.date === head)} currency={integration.currency}>
        {head && <DayHistory integrationId={integration.id} type={type} date={head} currency={integration.currency} />}
      </Receipt>
      {asking && range && <CollectAgainDialog integrationId={integration.id} type={type} range={range} onClose={() => ask(false)} onStarted={() => (ask(false), select(null), tap(false))} />}
    </div>
  )
}

function Legend({ days }: { days: CoverageDay[] }) {
  const { words } = useLanguage()
  return (
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
      {days.some((day) => day.pinned_at) && (
        <li title={words.coverage.pinnedHint}>
          <i className={css.pinned} aria-hidden="true" />
          {words.coverage.pinnedDay}
        </li>
      )}
    </ul>
  )
}
