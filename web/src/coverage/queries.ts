import { queryOptions } from '@tanstack/react-query'
import { answer, api } from '../api/client'
import type { CollectionType, RangeRequest } from '../api/types'

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

// Costs some twenty calls of the platform's, so no hint and no polling asks again; a person who opens it anew does.
export const priceOfAgain = (integrationId: string, body: RangeRequest) =>
  queryOptions({
    queryKey: ['price', integrationId, body],
    queryFn: ({ signal }) => answer(api.POST('/v1/integrations/{id}/estimate', { params: { path: { id: integrationId } }, body, signal })),
    staleTime: 'static',
    gcTime: 0,
    retry: false,
  })
