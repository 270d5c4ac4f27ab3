import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { answer, api } from '../api/client'
import type { IntegrationStatus } from '../api/types'

export type AccountFilter = { status?: IntegrationStatus; search?: string }
export type FreshnessFilter = AccountFilter & { late?: boolean }

const accountsAPage = 100

// The accounts, in the order of the list of integrations, with what is there of each.
export const freshness = (filter: FreshnessFilter) =>
  infiniteQueryOptions({
    queryKey: ['freshness', filter],
    queryFn: ({ pageParam, signal }) =>
      answer(api.GET('/v1/freshness', { params: { query: { ...filter, limit: accountsAPage, ...(pageParam ? { cursor: pageParam } : {}) } }, signal })),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor,
  })

// Of those that are shown above the others a page is enough.
export const firstPage = (filter: FreshnessFilter) =>
  queryOptions({
    queryKey: ['freshness', 'first', filter],
    queryFn: ({ signal }) => answer(api.GET('/v1/freshness', { params: { query: { ...filter, limit: accountsAPage } }, signal })),
  })
