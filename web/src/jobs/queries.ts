import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { answer, api } from '../api/client'
import type { CollectionType, JobMode, JobStatus } from '../api/types'

export type JobFilter = { status?: JobStatus; type?: CollectionType; mode?: JobMode; integration_id?: string; search?: string }

// The first page is soon there, the ones below the window come in large pieces.
export const pageLimit = (cursor: string) => (cursor ? 200 : 50)

export const jobs = {
  list: (filter: JobFilter) =>
    infiniteQueryOptions({
      queryKey: ['jobs', 'list', filter],
      queryFn: ({ queryKey: [, , query], pageParam, signal }) =>
        answer(api.GET('/v1/jobs', { params: { query: { ...(query as JobFilter), limit: pageLimit(pageParam), ...(pageParam ? { cursor: pageParam } : {}) } }, signal })),
      initialPageParam: '',
      getNextPageParam: (page) => page.next_cursor,
    }),
  // Under the job's own key: what makes the job stale makes its attempts stale.
  attempts: (id: string) =>
    queryOptions({
      queryKey: ['jobs', 'one', id, 'attempts'],
      queryFn: ({ signal }) => answer(api.GET('/v1/jobs/{id}/attempts', { params: { path: { id } }, signal })),
    }),
  one: (id: string) =>
    queryOptions({
      queryKey: ['jobs', 'one', id],
      queryFn: ({ signal }) => answer(api.GET('/v1/jobs/{id}', { params: { path: { id } }, signal })),
    }),
}
