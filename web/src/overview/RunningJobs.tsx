import { useInfiniteQuery } from '@tanstack/react-query'
import type { Job } from '../api/types'
import { millisecondsLeft } from '../jobs/jobTime'
import { ProgressBar } from '../jobs/ProgressBar'
import { jobs } from '../jobs/queries'
import { formatDuration } from '../shared/duration'
import { Panel } from '../shared/Panel'
import { Link } from '../shared/router'
import { ProblemBanner, Skeleton } from '../shared/states'
import { useLanguage } from '../words/Language'
import css from './RunningJobs.module.css'

const shownAtMost = 5

export function RunningJobs({ waiting }: { waiting: number }) {
  const { words } = useLanguage()
  const list = useInfiniteQuery(jobs.list({ status: 'running' }))
  const running = list.data?.pages.flatMap((page) => page.jobs)
  const all = (
    <Link className={css.all} href={running && running.length > 0 ? '/jobs?status=running' : '/jobs'}>
      {words.overview.allJobs}
    </Link>
  )
  return (
    <Panel title={words.overview.running} actions={all} flush>
      {list.isPending ? (
        <Skeleton rows={3} height={40} />
      ) : running === undefined ? (
        <ProblemBanner error={list.error} onRetry={() => void list.refetch()} />
      ) : running.length === 0 ? (
        <div className={css.none}>
          <strong>{waiting > 0 ? words.overview.waiting(waiting) : words.overview.idle}</strong>
          <span>{waiting > 0 ? words.overview.waitingHint : words.overview.idleHint}</span>
        </div>
      ) : (
        <ul className={css.list}>
          {running.slice(0, shownAtMost).map((job) => (
            <Line key={job.id} job={job} />
          ))}
        </ul>
      )}
    </Panel>
  )
}

function Line({ job }: { job: Job }) {
  const { language, words } = useLanguage()
  const left = millisecondsLeft(job)
  return (
    <li>
      <div className={css.name}>
        <Link href={`/jobs/${job.id}`}>
          {words.source[job.source]} · {words.type[job.collection_type]}
        </Link>
        <small>
          {job.account_name || job.account_id} · {job.advertiser}
        </small>
      </div>
      <div className={css.progress}>
        <ProgressBar job={job} />
        <small>{left !== undefined ? words.job.left(formatDuration(left, language)) : words.mode[job.mode]}</small>
      </div>
    </li>
  )
}
