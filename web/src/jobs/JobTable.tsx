import { memo } from 'react'
import type { Job } from '../api/types'
import { daysBetween } from '../shared/day'
import { formatDuration } from '../shared/duration'
import { formatCount } from '../shared/money'
import { Link, navigate } from '../shared/router'
import { StatusBadge } from '../shared/StatusBadge'
import { Time } from '../shared/Time'
import { VirtualBody, placedRow, type Placed } from '../shared/VirtualBody'
import { More } from '../shared/VirtualRows'
import { useLanguage } from '../words/Language'
import { useSaid } from '../words/useSaid'
import css from './JobTable.module.css'
import { millisecondsLeft, millisecondsTaken } from './jobTime'
import { ProgressBar } from './ProgressBar'

const rowHeight = 65

// One line a job. Roles are spelled out because on a phone the rows are laid out as cards, and a table that is not
// displayed as one would no longer be a table to a screen reader.
export function JobTable({ jobs, account = true, more, loading = false }: { jobs: Job[]; account?: boolean; more?: (() => void) | undefined; loading?: boolean }) {
  const { words } = useLanguage()
  const column = words.job.column
  const names = ['job', ...(account ? (['account'] as const) : []), 'range', 'progress', 'status', 'rows', 'time'] as const
  return (
    <>
      <table role="table" className={css.table} aria-rowcount={more ? -1 : jobs.length + 1}>
        <thead role="rowgroup">
          <tr role="row" aria-rowindex={1}>
            {names.map((name) => (
              <th key={name} className={css[`${name}Head`]} role="columnheader" scope="col">
                {column[name]}
              </th>
            ))}
          </tr>
        </thead>
        <VirtualBody rows={jobs} keyOf={(job) => job.id} estimate={rowHeight} columns={names.length} more={more} loading={loading}>
          {(job, placed) => <JobRow key={job.id} job={job} account={account} {...placed} />}
        </VirtualBody>
      </table>
      {more && <More onMore={more} loading={loading} />}
    </>
  )
}

// `memo`: when one of thousands changes, the others on the screen are left alone.
const JobRow = memo(function JobRow({ job, account, index, measure }: { job: Job; account: boolean } & Placed) {
  const { language, words } = useLanguage()
  const said = useSaid()
  const why = job.error_message === null ? undefined : said.failure(job.error_message)
  const href = `/jobs/${job.id}`
  return (
    <tr role="row" {...placedRow({ index, measure })} data-job={job.id} data-type={job.collection_type} data-account={job.account_id} onClick={(event) => event.target instanceof HTMLAnchorElement || navigate(href)}>
      <td role="cell" className={css.name}>
        <Link href={href}>{words.type[job.collection_type]}</Link>
        <small>
          {words.source[job.source]} · {words.mode[job.mode]}
        </small>
      </td>
      {account && (
        <td role="cell" className={css.account}>
          <Link href={`/integrations/${job.integration_id}`}>{job.account_name || job.account_id}</Link>
          <small>{job.advertiser}</small>
        </td>
      )}
      <td role="cell" className={css.range}>
        <JobRange job={job} />
      </td>
      <td role="cell" className={css.progress}>
        <ProgressBar job={job} />
        {job.chunks_failed > 0 && job.status !== 'cancelled' && (
          <small className={css.error} title={why}>
            {why ?? words.job.failedChunks(job.chunks_failed)}
          </small>
        )}
      </td>
      <td role="cell" className={css.status}>
        <StatusBadge status={job.status} label={words.jobStatus[job.status]} />
      </td>
      <td role="cell" className={css.rows} data-label={words.job.column.rows}>
        {formatCount(job.rows, language)}
      </td>
      <td role="cell" className={css.time}>
        <JobTime job={job} />
      </td>
    </tr>
  )
})

function JobRange({ job }: { job: Job }) {
  const { words } = useLanguage()
  if (job.collection_type === 'creatives') return <span className={css.dim}>{words.job.wholeAccount}</span>
  return (
    <>
      <span>
        {job.start_date} – {job.end_date}
      </span>
      <small>{words.job.days(daysBetween(job.start_date, job.end_date))}</small>
    </>
  )
}

function JobTime({ job }: { job: Job }) {
  const { language, words } = useLanguage()
  const left = millisecondsLeft(job)
  const taken = millisecondsTaken(job)
  const note = left !== undefined ? words.job.left(formatDuration(left, language)) : taken !== undefined ? words.job.took(formatDuration(taken, language)) : null
  return (
    <>
      <Time at={job.completed_at ?? job.started_at ?? job.created_at} relative />
      {note && <small>{note}</small>}
    </>
  )
}
