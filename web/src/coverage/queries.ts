import { queryOptions } from '@tanstack/react-query'
import { answer, api } from '../api/client'
import type { CollectionType } from '../api/types'

export const coverage = (integrationId: string, type: CollectionType) =>
  queryOptions({
    queryKey: ['coverage', integrationId, type],
    queryFn: ({ signal }) => answer(api.GET('/v1/coverage', { params: { query: { integration_id: integrationId, type } }, signal })),
  })

export const dayHistory = (integrationId: string, type: 'ads' | 'demographics', date: string) =>
  queryOptions({
    queryKey: ['coverage', integrationId, type, 'history', date],
    queryFn: ({ signal }) =>
      answer(
        api.GET('/v1/coverage/history', {
          params: { query: { integration_id: integrationId, type, since: date, until: date } },
          signal,
        }),
      ),
  })
