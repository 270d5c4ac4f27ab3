import type { Job } from '../api/types'
import { formatCount } from '../shared/money'
import { useLanguage } from '../words/Language'
import { isOpen } from './jobTime'
import css from './ProgressBar.module.css'

export function ProgressBar({ job }: { job: Pick<Job, 'chunks_total' | 'chunks_completed' | 'chunks_failed' | 'status'> }) {
  const { language, words } = useLanguage()
  const share = (chunks: number) => `${(chunks / Math.max(1, job.chunks_total)) * 100}%`
  const done = formatCount(job.chunks_completed, language)
  const total = formatCount(job.chunks_total, language)
  return (
    <div className={css.progress}>
      <div
        className={`${css.track} ${isOpen(job) ? '' : css.ended} ${job.status === 'cancelled' ? css.cancelled : ''}`}
        role="progressbar"
        aria-label={words.job.progressOf(done, total)}
        aria-valuemin={0}
        aria-valuemax={job.chunks_total}
        aria-valuenow={job.chunks_completed}
      >
        <i className={css.done} style={{ width: share(job.chunks_completed) }} />
        <i className={css.failed} style={{ width: share(job.chunks_failed) }} />
      </div>
      <span className={css.count} data-testid="progress">
        {done}/{total}
      </span>
    </div>
  )
}
