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
  const name = words.type[type.collection_type]
  return (
    <div className={css.strip}>
      <small aria-hidden="true">{name}</small>
      <div className={css.squares} role="img" aria-label={`${name}: ${words.freshness.collected(collected, squares.length)}`}>
        {squares.map(({ date, state }) => (
          <i key={date} className={css[state]} title={`${date}: ${state === 'outside' ? words.freshness.outside : words.coverage.state[state]}`} />
        ))}
      </div>
    </div>
  )
})

export function StripLegend() {
  const { words } = useLanguage()
  return (
    <ul className={css.legend}>
      {(['fresh', 'moving', 'gap', 'mismatch'] as const).map((state) => (
        <li key={state} title={words.coverage.stateHint[state]}>
          <i className={css[state]} aria-hidden="true" />
          {words.coverage.state[state]}
        </li>
      ))}
    </ul>
  )
}
