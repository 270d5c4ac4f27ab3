import type { Job } from '../api/types'

type Timed = Pick<Job, 'status' | 'started_at' | 'completed_at' | 'updated_at' | 'chunks_total' | 'chunks_completed' | 'chunks_failed'>

export const isOpen = (job: Pick<Job, 'status'>) => job.status === 'pending' || job.status === 'running'

// How long a running job still takes, if its chunks go on as they went; undefined before the first one is done. From
// the server's own times alone: the clock of this machine may be wrong.
export function millisecondsLeft(job: Timed): number | undefined {
  if (job.status !== 'running' || job.started_at === null || job.chunks_completed === 0) return undefined
  const spent = Date.parse(job.updated_at) - Date.parse(job.started_at)
  const open = job.chunks_total - job.chunks_completed - job.chunks_failed
  return spent > 0 ? (spent / job.chunks_completed) * open : undefined
}

export function millisecondsTaken(job: Timed): number | undefined {
  if (job.started_at === null || job.completed_at === null) return undefined
  return Date.parse(job.completed_at) - Date.parse(job.started_at)
}
