import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { answer, api } from '../api/client'
import type { AccountFilter } from '../freshness/queries'
import { pageLimit } from '../jobs/queries'

const lookAgainMs = 600_000 // the platform is asked once a day

export const offers = queryOptions({
  queryKey: ['integrations', 'offers'],
  queryFn: ({ signal }) => answer(api.GET('/v1/account-offers', { signal })),
  refetchInterval: lookAgainMs,
})

export const integrations = {
  list: (filter: AccountFilter) =>
    infiniteQueryOptions({
      queryKey: ['integrations', 'list', filter],
      queryFn: ({ pageParam, signal }) =>
        answer(api.GET('/v1/integrations', { params: { query: { ...filter, limit: pageLimit(pageParam), ...(pageParam ? { cursor: pageParam } : {}) } }, signal })),
      initialPageParam: '',
      getNextPageParam: (page) => page.next_cursor,
    }),
  one: (id: string) =>
    queryOptions({
      queryKey: ['integrations', 'one', id],
      queryFn: ({ signal }) => answer(api.GET('/v1/integrations/{id}', { params: { path: { id } }, signal })),
    }),
}
