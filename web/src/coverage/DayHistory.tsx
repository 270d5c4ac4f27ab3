import { useQuery } from '@tanstack/react-query'
import type { DayChange } from '../api/types'
import { formatCount, formatMoney } from '../shared/money'
import { Time } from '../shared/Time'
import { useLanguage } from '../words/Language'
import { dayHistory } from './queries'
import css from './Receipt.module.css'

// Which restatements moved the day's number, from what to what.
export function DayHistory({ integrationId, type, date, currency }: { integrationId: string; type: 'ads' | 'demographics'; date: string; currency: string }) {
  const { words } = useLanguage()
  const w = words.coverage.history
  const history = useQuery(dayHistory(integrationId, type, date))
  if (!history.data || history.data.changes.length === 0) return null
  return (
    <section className={css.history} aria-label={w.title}>
      <h4>{w.title}</h4>
      <ol>
        {history.data.changes.map((change) => (
          <Change key={change.attempt + change.at} change={change} currency={currency} />
        ))}
      </ol>
    </section>
  )
}

function Change({ change, currency }: { change: DayChange; currency: string }) {
  const { language, words } = useLanguage()
  const w = words.coverage.history
  const count = (value: number) => formatCount(value, language)
  return (
    <li>
      <p>
        <Time at={change.at} />
      </p>
      <p>
        <b>
          {formatMoney(change.before.cost, currency, language)} → {formatMoney(change.after.cost, currency, language)}
        </b>
        <small>{w.impressions(count(change.before.impressions), count(change.after.impressions))}</small>
        <small>{w.rows(count(change.rows_added), count(change.rows_changed), count(change.rows_removed))}</small>
      </p>
    </li>
  )
}
