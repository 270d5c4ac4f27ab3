import type { Job } from '../api/types'

const typeOrder = ['ads', 'demographics', 'creatives']

// Newest first, as they come; the jobs of one request in the order in which they are collected.
export function inReadingOrder<Listed extends Pick<Job, 'created_at' | 'integration_id' | 'collection_type'>>(jobs: Listed[]): Listed[] {
  return jobs
    .map((job, place) => ({ job, place }))
    .sort((left, right) => {
      const sameRequest = left.job.created_at === right.job.created_at && left.job.integration_id === right.job.integration_id
      const byType = typeOrder.indexOf(left.job.collection_type) - typeOrder.indexOf(right.job.collection_type)
      return (sameRequest && byType) || left.place - right.place
    })
    .map(({ job }) => job)
}
