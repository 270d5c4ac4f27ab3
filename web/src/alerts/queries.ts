import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { answer, api } from '../api/client'

const lookAgainMs = 60_000

export const alerts = infiniteQueryOptions({
  queryKey: ['alerts', 'all'],
  queryFn: ({ pageParam, signal }) => answer(api.GET('/v1/alerts', { params: { query: pageParam ? { cursor: pageParam } : {} }, signal })),
  initialPageParam: '',
  getNextPageParam: (page) => page.next_cursor,
  refetchInterval: lookAgainMs,
})

export const openAlerts = queryOptions({
  queryKey: ['alerts', 'open'],
  queryFn: ({ signal }) => answer(api.GET('/v1/alerts', { params: { query: { state: 'open', limit: 100 } }, signal })),
  refetchInterval: lookAgainMs,
})

export const channels = infiniteQueryOptions({
  queryKey: ['alert-channels'],
  queryFn: ({ pageParam, signal }) => answer(api.GET('/v1/alert-channels', { params: { query: pageParam ? { cursor: pageParam } : {} }, signal })),
  initialPageParam: '',
  getNextPageParam: (page) => page.next_cursor,
})
