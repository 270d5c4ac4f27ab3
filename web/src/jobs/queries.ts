import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { answer, api } from '../api/client'
import type { JobStatus } from '../api/types'

export type JobFilter = { status?: JobStatus; integration_id?: string; search?: string }

const largestPage = 200

export const jobs = {
  list: (filter: JobFilter) =>
    infiniteQueryOptions({
      queryKey: ['jobs', 'list', filter],
      queryFn: ({ queryKey: [, , query], pageParam, signal }) =>
        answer(api.GET('/v1/jobs', { params: { query: { ...(query as JobFilter), ...(pageParam ? { cursor: pageParam } : {}) } }, signal })),
      initialPageParam: '',
      getNextPageParam: (page) => page.next_cursor,
    }),
  // The newest jobs, as many as one answer holds: what the summary counts.
  newest: queryOptions({
    queryKey: ['jobs', 'list', 'newest'],
    queryFn: ({ signal }) => answer(api.GET('/v1/jobs', { params: { query: { limit: largestPage } }, signal })),
  }),
  one: (id: string) =>
    queryOptions({
      queryKey: ['jobs', 'one', id],
      queryFn: ({ signal }) => answer(api.GET('/v1/jobs/{id}', { params: { path: { id } }, signal })),
    }),
}
