import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { DayChange } from '../api/types'
import { Button } from '../shared/Button'
import { ListTable, type Column } from '../shared/ListTable'
import { formatCount, formatCountMoved, formatMoney, formatMoneyMoved } from '../shared/money'
import { Panel } from '../shared/Panel'
import { Link } from '../shared/router'
import { Time } from '../shared/Time'
import { mayAct, session } from '../sign-in/session'
import { useLanguage } from '../words/Language'
import { ConfirmDialog } from './ConfirmDialog'
import css from './History.module.css'
import type { HistoryRange } from './queries'
import type { Restatement } from './restatements'
import { useHistoryActions } from './useHistoryActions'

const shownAtFirst = 30

type Props = { range: HistoryRange; restatements: Restatement[]; currency: string }

// A line a commit: when it was, and what it moved in all; opened, a line a day.
export function RestatementList({ range, restatements, currency }: Props) {
  const { words } = useLanguage()
  const w = words.restatements
  const who = useQuery(session).data
  const { undo } = useHistoryActions(range)
  const [shown, show] = useState(shownAtFirst)
  const [asking, ask] = useState<Restatement | null>(null)
  return (
    <Panel title={w.list} note={w.listNote} flush>
      <ul className={css.list}>
        {restatements.slice(0, shown).map((restatement) => (
          <li key={restatement.attempt} data-attempt={restatement.attempt}>
            <Summary restatement={restatement} currency={currency} />
            {mayAct(who) && (
              <Button small onClick={() => ask(restatement)}>
                {w.undo}
              </Button>
            )}
            <details>
              <summary>{w.days(restatement.changes.length)}</summary>
              <Days restatement={restatement} range={range} currency={currency} />
            </details>
          </li>
        ))}
      </ul>
      {restatements.length > shown && (
        <div className="more">
          <Button onClick={() => show(shown + shownAtFirst)}>{words.common.loadMore}</Button>
        </div>
      )}
      {asking && (
        <ConfirmDialog title={w.undoTitle} hint={w.undoHint} confirm={w.undo} busy={undo.isPending} onConfirm={() => undo.mutate(asking.attempt, { onSettled: () => ask(null) })} onClose={() => ask(null)} />
      )}
    </Panel>
  )
}

function Summary({ restatement, currency }: { restatement: Restatement; currency: string }) {
  const { language, words } = useLanguage()
  const { before, after, moved } = restatement
  return (
    <div className={css.summary}>
      <strong>
        <Time at={restatement.at} />
      </strong>
      <span>
        {formatMoney(before.cost, currency, language)} → {formatMoney(after.cost, currency, language)} <b>{formatMoneyMoved(moved.cost, currency, language)}</b>
      </span>
      <small>
        {words.coverage.figure.impressions} {formatCountMoved(moved.impressions, language)} · {words.coverage.figure.clicks} {formatCountMoved(moved.clicks, language)}
      </small>
    </div>
  )
}

function Days({ restatement, range, currency }: { restatement: Restatement; range: HistoryRange; currency: string }) {
  const { language, words } = useLanguage()
  const w = words.restatements
  const count = (value: number) => formatCount(value, language)
  const link = (date: string) => `/integrations/${range.integration}?${new URLSearchParams({ ...(range.type === 'ads' ? {} : { coverage: range.type }), day: date })}`
  const columns: Column<DayChange>[] = [
    { name: 'day', label: w.column.day, cell: (change) => <Link href={link(change.date)}>{change.date}</Link> },
    { name: 'cost', label: words.coverage.figure.cost, number: true, cell: (change) => `${formatMoney(change.before.cost, currency, language)} → ${formatMoney(change.after.cost, currency, language)}` },
    { name: 'impressions', label: words.coverage.figure.impressions, number: true, cell: (change) => `${count(change.before.impressions)} → ${count(change.after.impressions)}` },
    { name: 'clicks', label: words.coverage.figure.clicks, number: true, cell: (change) => `${count(change.before.clicks)} → ${count(change.after.clicks)}` },
    { name: 'rows', label: w.column.rows, dim: true, cell: (change) => words.coverage.history.rows(count(change.rows_added), count(change.rows_changed), count(change.rows_removed)) },
  ]
  return <ListTable columns={columns} rows={restatement.changes} keyOf={(change) => change.date + change.asked} />
}
