import { queryOptions } from '@tanstack/react-query'
import { answer, api } from '../api/client'

// Under the integrations' key: a hint about an account is one about its schedules.
export const schedulesOf = (integrationId: string) =>
  queryOptions({
    queryKey: ['integrations', 'schedules', integrationId],
    queryFn: ({ signal }) => answer(api.GET('/v1/schedules', { params: { query: { integration_id: integrationId } }, signal })),
  })
