import { infiniteQueryOptions } from '@tanstack/react-query'
import { answer, api } from '../api/client'
import type { IntegrationStatus } from '../api/types'

export type AccountFilter = { status?: IntegrationStatus; search?: string }

const accountsAPage = 100

// The accounts, in the order of the list of integrations, with what is there of each.
export const freshness = (filter: AccountFilter) =>
  infiniteQueryOptions({
    queryKey: ['freshness', filter],
    queryFn: ({ pageParam, signal }) =>
      answer(api.GET('/v1/freshness', { params: { query: { ...filter, limit: accountsAPage, ...(pageParam ? { cursor: pageParam } : {}) } }, signal })),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor,
  })
