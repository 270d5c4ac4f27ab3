import type { Chunk } from '../api/types'
import { Button } from '../shared/Button'
import { formatCount } from '../shared/money'
import { StatusBadge } from '../shared/StatusBadge'
import { formatRelative, useNow } from '../shared/Time'
import { useLanguage } from '../words/Language'
import { useSaid } from '../words/useSaid'
import css from './ChunkTable.module.css'
import { chunkState, hasDays } from './chunkState'

type Props = { chunks: Chunk[]; onRetry: ((chunk: Chunk) => void) | undefined; retrying: string | undefined }

export function ChunkTable({ chunks, onRetry, retrying }: Props) {
  const { language, words } = useLanguage()
  const column = words.chunk.column
  // Roles are spelled out for the phone's layout, as in JobTable.
  return (
    <table role="table" className={css.table} aria-label={words.job.chunks}>
      <thead role="rowgroup">
        <tr role="row">
          {(['range', 'status', 'days', 'tries', 'rows', 'error'] as const).map((name) => (
            <th key={name} role="columnheader" scope="col" className={css[`${name}Head`]}>
              {column[name]}
            </th>
          ))}
          <th role="columnheader" scope="col" className={css.actionHead}>
            <span className="visually-hidden">{column.action}</span>
          </th>
        </tr>
      </thead>
      <tbody role="rowgroup">
        {chunks.map((chunk) => (
          <tr key={chunk.id} role="row" id={`chunk-${chunk.id}`}>
            <th role="rowheader" scope="row" className={css.range}>
              {hasDays(chunk) ? `${chunk.start_date} – ${chunk.end_date}` : words.job.wholeAccount}
            </th>
            <td role="cell" className={css.status}>
              <StatusBadge status={chunkState(chunk)} label={words.chunkStatus[chunkState(chunk)]} />
            </td>
            <td role="cell" className={css.days} data-label={column.days}>
              {hasDays(chunk) ? `${formatCount(chunk.days_done, language)} / ${formatCount(chunk.days_total, language)}` : '–'}
            </td>
            <td role="cell" className={css.tries} data-label={column.tries}>
              {chunk.retry_count} / {chunk.max_retries}
            </td>
            <td role="cell" className={css.rows} data-label={column.rows}>
              {formatCount(chunk.rows, language)}
            </td>
            <td role="cell" className={css.error}>
              <WhatHappened chunk={chunk} />
            </td>
            <td role="cell" className={css.action}>
              {onRetry && chunk.status === 'failed' && (
                <Button small busy={retrying === chunk.id} onClick={() => onRetry(chunk)}>
                  {words.chunk.retry}
                </Button>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function WhatHappened({ chunk }: { chunk: Chunk }) {
  const { language, words } = useLanguage()
  const said = useSaid()
  const now = useNow()
  const waits = chunk.status === 'pending' && chunk.due_at !== null && Date.parse(chunk.due_at) > now
  return (
    <>
      {chunk.error_message && chunk.status !== 'completed' && <p className={chunk.status === 'failed' ? css.bad : undefined}>{said.failure(chunk.error_message)}</p>}
      {chunk.notice && <p>{said.failure(chunk.notice)}</p>}
      {chunk.lost_count > 0 && chunk.status !== 'completed' && <p>{words.chunk.lost(chunk.lost_count)}</p>}
      {waits && chunk.due_at && <p>{words.chunk.due(formatRelative(chunk.due_at, now, language))}</p>}
    </>
  )
}
