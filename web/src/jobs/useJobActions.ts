import { useMutation, useQueryClient } from '@tanstack/react-query'
import { answer, api } from '../api/client'
import { useRefusalToast, useToast } from '../shared/Toast'
import { useWords } from '../words/Language'
import type { JobFilter } from './queries'

// What a user can do to a job. Each says what it came to, and has everything it touched read again.
export function useJobActions() {
  const words = useWords()
  const client = useQueryClient()
  const toast = useToast()
  const refused = useRefusalToast()
  const refresh = () => Promise.all([['jobs'], ['queue'], ['integrations']].map((queryKey) => client.invalidateQueries({ queryKey })))
  const action = (call: (id: string) => Promise<unknown>, done: string) => ({
    mutationFn: call,
    onSuccess: () => toast(done),
    onError: refused,
    onSettled: refresh,
  })
  const many = (call: (filter: JobFilter) => Promise<{ changed: number }>, done: (n: number) => string) => ({
    mutationFn: call,
    onSuccess: ({ changed }: { changed: number }) => toast(done(changed)),
    onError: refused,
    onSettled: refresh,
  })
  const path = (id: string) => ({ params: { path: { id } } })
  return {
    retryJob: useMutation(action((id) => api.POST('/v1/jobs/{id}/retry', path(id)), words.job.retried)),
    cancelJob: useMutation(action((id) => api.POST('/v1/jobs/{id}/cancel', path(id)), words.job.cancelled)),
    retryJobs: useMutation(many((query) => answer(api.POST('/v1/jobs/retry', { params: { query } })), words.jobs.retriedMany)),
    cancelJobs: useMutation(many((query) => answer(api.POST('/v1/jobs/cancel', { params: { query } })), words.jobs.cancelledMany)),
    retryChunk: useMutation(action((id) => api.POST('/v1/chunks/{id}/retry', path(id)), words.chunk.retried)),
  }
}
