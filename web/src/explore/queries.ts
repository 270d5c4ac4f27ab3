import { queryOptions } from '@tanstack/react-query'
import { answer, api } from '../api/client'
import type { Creative, PerformanceRow } from '../api/types'
import { chartValue } from '../shared/money'

export type Group = 'day' | 'source' | 'campaign' | 'ad' | 'gender' | 'age'
type Figures = { rows: PerformanceRow[] }
export type Asked = { group: Group | 'total'; since: string; until: string; integration?: string | undefined; asOf?: string | undefined }

// Gender and age are of the account's demographics, all else of its ads.
export const parametersOf = ({ group, since, until, integration, asOf }: Asked) => ({
  type: group === 'gender' || group === 'age' ? ('demographics' as const) : ('ads' as const),
  group,
  since,
  until,
  ...(integration ? { integration_id: integration } : {}),
  ...(asOf ? { as_of: asOf } : {}),
})

export const figures = (asked: Asked) =>
  queryOptions({
    queryKey: ['performance', 'explore', asked] as const,
    queryFn: async ({ signal }) => {
      const found = await answer(api.GET('/v1/performance', { params: { query: parametersOf(asked) }, signal }))
      return found as Figures // text only when CSV was asked for
    },
  })

const mostPictures = 100

// The creatives of the ads that cost most. An ad's id says nothing of its account, so one has to be chosen.
export const creativesOf = (integration: string | undefined, rows: PerformanceRow[]) => {
  const ads = [...rows].sort((left, right) => chartValue(right.cost) - chartValue(left.cost)).slice(0, mostPictures)
  const ids = ads.map((row) => row.ad_id ?? '').filter(Boolean).sort()
  return queryOptions({
    queryKey: ['creatives', integration, ids] as const,
    enabled: integration !== undefined && ids.length > 0,
    queryFn: async ({ signal }) => {
      const query = { integration_id: integration ?? '', ad_ids: ids.join(','), limit: mostPictures }
      const found = await answer(api.GET('/v1/creatives', { params: { query }, signal }))
      return new Map(found.creatives.map((creative: Creative) => [creative.ad_id, creative]))
    },
  })
}

export const csvAddress = (asked: Asked) => `/v1/performance?${new URLSearchParams({ ...parametersOf(asked), format: 'csv' })}`
