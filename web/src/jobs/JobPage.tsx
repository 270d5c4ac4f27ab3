import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { JobWithChunks } from '../api/types'
import { Button } from '../shared/Button'
import { daysBetween } from '../shared/day'
import { Dialog, DialogActions } from '../shared/Dialog'
import { formatDuration } from '../shared/duration'
import { Icon } from '../shared/Icon'
import { formatCount } from '../shared/money'
import { Facts, PageHead, Panel } from '../shared/Panel'
import { Link } from '../shared/router'
import { Notice, ProblemBanner, Skeleton } from '../shared/states'
import { StatusBadge } from '../shared/StatusBadge'
import { Time } from '../shared/Time'
import { mayAct, session } from '../sign-in/session'
import { useLanguage, useWords } from '../words/Language'
import { ChunkStrip } from './ChunkStrip'
import { ChunkTable } from './ChunkTable'
import { isOpen, millisecondsLeft, millisecondsTaken } from './jobTime'
import { jobs } from './queries'
import { Timeline } from './Timeline'
import { useJobActions } from './useJobActions'

export function JobPage({ id }: { id: string }) {
  const { language, words } = useLanguage()
  const job = useQuery(jobs.one(id))
  const who = useQuery(session).data
  const actions = useJobActions()
  if (job.isPending) return <Skeleton rows={5} height={64} />
  if (job.data === undefined) return <ProblemBanner error={job.error} onRetry={() => void job.refetch()} />
  return (
    <>
      <JobHead job={job.data} actions={mayAct(who) ? actions : null} />
      {job.data.error_message && <Notice tone="red" title={words.job.failedChunks(job.data.chunks_failed)}><p>{job.data.error_message}</p></Notice>}
      <Panel title={words.job.column.progress} note={words.job.progressOf(formatCount(job.data.chunks_completed, language), formatCount(job.data.chunks_total, language))}>
        <JobFacts job={job.data} />
      </Panel>
      <Timeline job={job.data} />
      <Panel title={words.job.chunks} flush>
        <ChunkTable
          chunks={job.data.chunks}
          onRetry={mayAct(who) ? (chunk) => actions.retryChunk.mutate(chunk.id) : undefined}
          retrying={actions.retryChunk.isPending ? actions.retryChunk.variables : undefined}
        />
      </Panel>
    </>
  )
}

function JobHead({ job, actions }: { job: JobWithChunks; actions: ReturnType<typeof useJobActions> | null }) {
  const words = useWords()
  const [asking, ask] = useState(false)
  const crumbs = (
    <>
      <Link href="/jobs">{words.jobs.title}</Link>
      <Icon name="chevron" size={12} />
      <Link href={`/integrations/${job.integration_id}`}>{job.account_name || job.account_id}</Link>
    </>
  )
  const title = (
    <>
      {words.type[job.collection_type]} <StatusBadge status={job.status} label={words.jobStatus[job.status]} />
    </>
  )
  const buttons = actions && (
    <>
      {job.chunks_failed > 0 && (
        <Button busy={actions.retryJob.isPending} onClick={() => actions.retryJob.mutate(job.id)}>
          <Icon name="retry" />
          {words.job.retry}
        </Button>
      )}
      {isOpen(job) && (
        <Button kind="danger" onClick={() => ask(true)}>
          {words.job.cancel}
        </Button>
      )}
    </>
  )
  return (
    <>
      <PageHead crumbs={crumbs} title={title} actions={buttons} />
      {asking && actions && (
        <Dialog title={words.job.cancelTitle} onClose={() => ask(false)}>
          <p>{words.job.cancelHint}</p>
          <DialogActions>
            <Button onClick={() => ask(false)}>{words.job.keep}</Button>
            <Button kind="danger" busy={actions.cancelJob.isPending} onClick={() => actions.cancelJob.mutate(job.id, { onSettled: () => ask(false) })}>
              {words.job.cancel}
            </Button>
          </DialogActions>
        </Dialog>
      )}
    </>
  )
}

function JobFacts({ job }: { job: JobWithChunks }) {
  const { language, words } = useLanguage()
  const left = millisecondsLeft(job)
  const taken = millisecondsTaken(job)
  const range = `${job.start_date} – ${job.end_date}`
  const duration = left !== undefined ? words.job.left(formatDuration(left, language)) : taken !== undefined ? words.job.took(formatDuration(taken, language)) : null
  return (
    <div className="stack">
      <ChunkStrip chunks={job.chunks} />
      <Facts
        facts={[
          [words.job.column.range, job.collection_type === 'creatives' ? words.job.wholeAccount : `${range} (${words.job.days(daysBetween(job.start_date, job.end_date))})`],
          [words.job.mode, words.mode[job.mode] + (job.newest_first ? ` · ${words.job.newestFirst}` : '')],
          [words.job.column.rows, formatCount(job.rows, language)],
          [words.job.requested, <Time key="requested" at={job.created_at} />],
          job.completed_at ? [words.job.ended, <Time key="ended" at={job.completed_at} />] : null,
          duration ? [words.job.column.time, duration] : null,
        ]}
      />
    </div>
  )
}
