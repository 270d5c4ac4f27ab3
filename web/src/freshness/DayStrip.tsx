import { memo } from 'react'
import type { TypeFreshness } from '../api/types'
import { useLanguage } from '../words/Language'
import css from './DayStrip.module.css'
import { squaresOf } from './strip'

// The last thirty days of one type, a square a day.
export const DayStrip = memo(function DayStrip({ type, recentUntil, collecting }: { type: TypeFreshness; recentUntil: string; collecting: boolean }) {
  const { words } = useLanguage()
  const squares = squaresOf(type, recentUntil, collecting)
  const collected = squares.filter(({ state }) => state !== 'gap' && state !== 'outside').length
  const suspect = squares.filter((square) => square.suspect).length
  const name = words.type[type.collection_type]
  const told = `${name}: ${words.freshness.collected(collected, squares.length)}${suspect > 0 ? `, ${words.freshness.suspect(suspect)}` : ''}`
  return (
    <div className={css.strip}>
      <small aria-hidden="true">{name}</small>
      <div className={css.squares} role="img" aria-label={told}>
        {squares.map(({ date, state, suspect }) => (
          <i
            key={date}
            className={css[state]}
            data-suspect={suspect || undefined}
            title={`${date}: ${state === 'outside' ? words.freshness.outside : words.coverage.state[state]}${suspect ? `, ${words.coverage.suspect}` : ''}`}
          />
        ))}
      </div>
    </div>
  )
})

export function StripLegend({ suspect }: { suspect: boolean }) {
  const { words } = useLanguage()
  return (
    <ul className={css.legend}>
      {(['fresh', 'moving', 'gap', 'mismatch'] as const).map((state) => (
        <li key={state} title={words.coverage.stateHint[state]}>
          <i className={css[state]} aria-hidden="true" />
          {words.coverage.state[state]}
        </li>
      ))}
      {suspect && (
        <li title={words.coverage.suspectHint}>
          <i className={css.fresh} data-suspect aria-hidden="true" />
          {words.coverage.suspect}
        </li>
      )}
    </ul>
  )
}
