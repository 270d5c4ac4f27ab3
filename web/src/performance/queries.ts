import { queryOptions } from '@tanstack/react-query'
import { answer, api } from '../api/client'
import type { PerformanceRow } from '../api/types'

type Figures = { rows: PerformanceRow[] }

export const performance = (integrationId: string, group: 'day' | 'total', since: string | undefined) =>
  queryOptions({
    queryKey: ['performance', integrationId, group, since ?? null],
    queryFn: async ({ signal }) => {
      const query = { integration_id: integrationId, group, ...(since ? { since } : {}) }
      const figures = await answer(api.GET('/v1/performance', { params: { query }, signal }))
      return figures as Figures // text only when CSV was asked for
    },
  })

export const csvAddress = (integrationId: string, since: string | undefined) =>
  `/v1/performance?${new URLSearchParams({ integration_id: integrationId, group: 'day', format: 'csv', ...(since ? { since } : {}) })}`
