import { queryOptions } from '@tanstack/react-query'
import { answer, api } from '../api/client'

export type Span = 'hour' | 'day'

const lookAgainMs = 30_000 // the newest piece of time begins by itself, no event tells of it

export const overview = (span: Span) =>
  queryOptions({
    queryKey: ['overview', span],
    queryFn: ({ signal }) => answer(api.GET('/v1/overview', { params: { query: { span } }, signal })),
    refetchInterval: lookAgainMs,
  })
