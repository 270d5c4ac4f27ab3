import { useState } from 'react'
import type { Chunk } from '../api/types'
import { formatDay } from '../shared/day'
import { formatCount } from '../shared/money'
import { useLanguage } from '../words/Language'
import { chunkState, hasDays } from './chunkState'
import css from './ChunkStrip.module.css'

// The job's range from left to right, a piece a chunk, as wide as its days and filled as far as its days are done.
export function ChunkStrip({ chunks }: { chunks: Chunk[] }) {
  const { language, words } = useLanguage()
  const [shown, show] = useState<string | null>(null)
  const byDate = chunks.toSorted((a, b) => (a.start_date < b.start_date ? -1 : 1))
  const first = byDate[0]
  const last = byDate.at(-1)
  if (!first || !last) return null
  return (
    <div className={css.strip}>
      <ol aria-label={words.job.timeline} onMouseLeave={() => show(null)}>
        {byDate.map((chunk) => {
          const state = chunkState(chunk)
          const days = hasDays(chunk) && words.chunk.daysOf(formatCount(chunk.days_done, language), formatCount(chunk.days_total, language))
          const range = `${chunk.start_date} – ${chunk.end_date}`
          return (
            <li key={chunk.id} className={css[state]} style={{ flexGrow: chunk.days_total }} data-chunk={chunk.chunk_index} data-state={state}>
              <button
                type="button"
                aria-label={[words.chunk.number(chunk.chunk_index + 1), days && range, words.chunkStatus[state], days].filter(Boolean).join(', ')}
                onMouseEnter={() => show(chunk.id)}
                onFocus={() => show(chunk.id)}
                onBlur={() => show(null)}
                onClick={() => document.getElementById(`chunk-${chunk.id}`)?.scrollIntoView({ block: 'center', behavior: 'smooth' })}
              >
                <i style={{ width: `${(chunk.days_done / Math.max(1, chunk.days_total)) * 100}%` }} />
              </button>
              {shown === chunk.id && (
                <div className={css.tip} aria-hidden="true">
                  <strong>{words.chunkStatus[state]}</strong>
                  {days && <span>{range}</span>}
                  {days && <span>{days}</span>}
                </div>
              )}
            </li>
          )
        })}
      </ol>
      {hasDays(first) && (
        <div className={css.ends} aria-hidden="true">
          <span>{formatDay(first.start_date, language)}</span>
          <span>{formatDay(last.end_date, language)}</span>
        </div>
      )}
    </div>
  )
}
