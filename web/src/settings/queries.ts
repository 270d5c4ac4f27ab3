import { infiniteQueryOptions } from '@tanstack/react-query'
import { answer, api } from '../api/client'

export const tokens = infiniteQueryOptions({
  queryKey: ['tokens'],
  queryFn: ({ pageParam, signal }) => answer(api.GET('/v1/tokens', { params: { query: pageParam ? { cursor: pageParam } : {} }, signal })),
  initialPageParam: '',
  getNextPageParam: (page) => page.next_cursor,
})
