import { queryOptions } from '@tanstack/react-query'
import { answer, api } from '../api/client'
import type { PerformanceRow } from '../api/types'

export type Group = 'day' | 'source' | 'campaign' | 'gender' | 'age'
type Figures = { rows: PerformanceRow[] }
export type Asked = { group: Group | 'total'; since: string; until: string; integration?: string | undefined }

// Gender and age are of the account's demographics, all else of its ads.
export const parametersOf = ({ group, since, until, integration }: Asked) => ({
  type: group === 'gender' || group === 'age' ? ('demographics' as const) : ('ads' as const),
  group,
  since,
  until,
  ...(integration ? { integration_id: integration } : {}),
})

export const figures = (asked: Asked) =>
  queryOptions({
    queryKey: ['performance', 'explore', asked] as const,
    queryFn: async ({ signal }) => {
      const found = await answer(api.GET('/v1/performance', { params: { query: parametersOf(asked) }, signal }))
      return found as Figures // text only when CSV was asked for
    },
  })

export const csvAddress = (asked: Asked) => `/v1/performance?${new URLSearchParams({ ...parametersOf(asked), format: 'csv' })}`
