import type { CoverageDay, Totals } from '../api/types'
import { formatDay } from '../shared/day'
import { formatCount, formatMoney } from '../shared/money'
import { StatusBadge } from '../shared/StatusBadge'
import { Time } from '../shared/Time'
import { useLanguage } from '../words/Language'
import css from './Receipt.module.css'

const tones = { not_asked: 'pending', none: 'completed', rounding: 'completed', moving: 'running', unexplained: 'failed' } as const

// What is stored of a day, what the platform says itself, and how the two compare.
export function Receipt({ day, currency, children }: { day: CoverageDay | undefined; currency: string; children?: React.ReactNode }) {
  const { language, words } = useLanguage()
  const w = words.coverage
  if (!day) {
    return (
      <aside className={css.receipt} aria-label={w.receipt}>
        <p className={css.hint}>{w.receiptHint}</p>
      </aside>
    )
  }
  return (
    <aside className={css.receipt} aria-label={w.receipt} aria-live="polite">
      <header>
        <h3>{formatDay(day.date, language, { dateStyle: 'full' })}</h3>
        <p>{w.stateHint[day.state]}</p>
        {day.suspect && <p className={css.suspect}>{w.suspectHint}</p>}
      </header>
      {day.state !== 'gap' && (
        <>
          <StatusBadge status={tones[day.difference_class]} label={w.class[day.difference_class]} />
          <Comparison day={day} currency={currency} />
          <dl>
            <Line name={w.rows} value={formatCount(day.rows, language)} />
            {day.rows_absent > 0 && <Line name={w.rowsAbsent} value={formatCount(day.rows_absent, language)} />}
            {day.as_of && <Line name={w.asOf} value={<Time at={day.as_of} />} />}
            {day.asked !== null && <Line name={w.asked} value={`#${day.asked}`} />}
            {day.attribution && <Line name={w.attribution} value={w.attributionOf(day.attribution)} />}
            {day.rows_hash && <Line name={w.rowsHash} value={<code>{day.rows_hash}</code>} />}
            {day.pinned_at && <Line name={w.pinned} value={<Time at={day.pinned_at} />} />}
            {day.report_id && <Line name={w.report} value={<code>{day.report_id}</code>} />}
          </dl>
          {children}
        </>
      )}
    </aside>
  )
}

function Line({ name, value }: { name: string; value: React.ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  )
}

function Comparison({ day, currency }: { day: CoverageDay; currency: string }) {
  const { language, words } = useLanguage()
  const w = words.coverage
  const show = (totals: Totals | null, figure: keyof Totals) => {
    if (totals === null) return w.notTold
    return figure === 'cost' ? formatMoney(totals.cost, currency, language) : formatCount(totals[figure], language)
  }
  const differs = (figure: keyof Totals) => day.difference !== null && !/^-?0(\.0+)?$/.test(String(day.difference[figure]))
  return (
    <table>
      <thead>
        <tr>
          <td />
          <th scope="col">{w.stored}</th>
          <th scope="col">{w.platform}</th>
        </tr>
      </thead>
      <tbody>
        {(['impressions', 'clicks', 'cost'] as const).map((figure) => (
          <tr key={figure}>
            <th scope="row">{w.figure[figure]}</th>
            <td>{show(day.stored, figure)}</td>
            <td>
              {show(day.platform, figure)}
              {differs(figure) && (
                <small>
                  {w.difference} {show(day.difference, figure)}
                </small>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
