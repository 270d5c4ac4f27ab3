import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { answer, api } from '../api/client'

export const integrations = {
  list: infiniteQueryOptions({
    queryKey: ['integrations', 'list'],
    queryFn: ({ pageParam, signal }) => answer(api.GET('/v1/integrations', { params: { query: pageParam ? { cursor: pageParam } : {} }, signal })),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor,
  }),
  one: (id: string) =>
    queryOptions({
      queryKey: ['integrations', 'one', id],
      queryFn: ({ signal }) => answer(api.GET('/v1/integrations/{id}', { params: { path: { id } }, signal })),
    }),
}
