import { useState } from 'react'
import type { Overview } from '../api/types'
import { ticks } from '../performance/scale'
import { formatCount } from '../shared/money'
import { Panel } from '../shared/Panel'
import { Segmented } from '../shared/Segmented'
import { formatTimeOfDay } from '../shared/Time'
import { useLanguage } from '../words/Language'
import type { Span } from './queries'
import css from './Throughput.module.css'

type Props = { overview: Overview | undefined; span: Span; onSpan: (span: Span) => void }

// Rows of the chunks that were completed, by the minute or by the half hour.
export function Throughput({ overview, span, onSpan }: Props) {
  const { language, words } = useLanguage()
  const pieces = overview?.collected ?? []
  const highest = Math.max(0, ...pieces.map((piece) => piece.rows))
  const level = ticks(highest, 2).at(-1) || 1
  const rows = pieces.reduce((sum, piece) => sum + piece.rows, 0)
  const [hovered, hover] = useState<number | null>(null)
  const shown = hovered === null ? undefined : pieces[hovered]
  const spans = [
    { value: 'hour' as const, label: words.overview.hour },
    { value: 'day' as const, label: words.overview.day },
  ]
  return (
    <Panel title={words.overview.throughput} actions={<Segmented label={words.overview.throughput} name="span" value={span} options={spans} onChange={onSpan} />} flush>
      <div className={css.chart}>
        <div className={css.bars} role="img" aria-label={words.overview.chart(formatCount(rows, language), span === 'hour' ? words.overview.hour : words.overview.day)} onMouseLeave={() => hover(null)}>
          {highest > 0 && <span className={css.top}>{formatCompact(level, language)}</span>}
          {pieces.map((piece, index) => (
            <div key={piece.begins} onMouseEnter={() => hover(index)}>
              <i style={{ height: `${(piece.rows / level) * 100}%`, minHeight: piece.rows > 0 ? 2 : 0 }} />
            </div>
          ))}
          {shown && (
            <div className={css.readout} style={{ position: 'absolute', height: 'auto', left: `clamp(70px, ${(((hovered ?? 0) + 0.5) / pieces.length) * 100}%, calc(100% - 70px))` }}>
              <span>{formatTimeOfDay(shown.begins, language)}</span>
              <strong>{words.overview.rows(formatCount(shown.rows, language))}</strong>
            </div>
          )}
        </div>
        <div className={css.ends} aria-hidden="true">
          <span>{pieces[0] ? formatTimeOfDay(pieces[0].begins, language) : ''}</span>
          <span>{words.overview.now}</span>
        </div>
      </div>
    </Panel>
  )
}

const formatCompact = (value: number, language: string) => new Intl.NumberFormat(language, { notation: 'compact', maximumFractionDigits: 1 }).format(value)
