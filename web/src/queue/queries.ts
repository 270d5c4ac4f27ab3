import { queryOptions } from '@tanstack/react-query'
import { answer, api } from '../api/client'

export const queue = queryOptions({
  queryKey: ['queue'],
  queryFn: ({ signal }) => answer(api.GET('/v1/queue', { signal })),
})
