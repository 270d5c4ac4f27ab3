import { queryOptions } from '@tanstack/react-query'
import { answer, api } from '../api/client'

export type DatedType = 'ads' | 'demographics'
export type HistoryRange = { integration: string; type: DatedType; since: string; until: string }

// Under the coverage's key: what makes receipts stale makes their history stale.
export const historyOf = ({ integration, type, since, until }: HistoryRange) =>
  queryOptions({
    queryKey: ['coverage', integration, type, 'history', since, until],
    queryFn: ({ signal }) => answer(api.GET('/v1/coverage/history', { params: { query: { integration_id: integration, type, since, until } }, signal })),
  })
