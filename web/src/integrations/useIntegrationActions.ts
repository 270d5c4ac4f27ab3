import { useMutation, useQueryClient } from '@tanstack/react-query'
import { answer, api } from '../api/client'
import type { AttributionWindow, RangeRequest } from '../api/types'
import { navigate } from '../shared/router'
import { useRefusalToast, useToast } from '../shared/Toast'
import { useWords } from '../words/Language'

// What a user can do to an integration. Forms show refusals at their fields; all else tells them in a toast.
export function useIntegrationActions(id: string) {
  const words = useWords().integration
  const requested = useWords().request.accepted
  const client = useQueryClient()
  const toast = useToast()
  const refused = useRefusalToast()
  const params = { path: { id } }
  const refresh = () => Promise.all([['integrations'], ['jobs'], ['queue']].map((queryKey) => client.invalidateQueries({ queryKey })))

  const pause = useMutation({
    mutationFn: (paused: boolean) => answer(api.PATCH('/v1/integrations/{id}', { params, body: { paused } })),
    onSuccess: (_, paused) => toast(paused ? words.paused : words.resumed),
    onError: refused,
    onSettled: refresh,
  })
  const replaceToken = useMutation({
    mutationFn: (token: string) => answer(api.PATCH('/v1/integrations/{id}', { params, body: { credentials: { access_token: token } } })),
    onSuccess: () => toast(words.tokenSaved),
    onSettled: refresh,
  })
  const setAttribution = useMutation({
    mutationFn: (attribution: AttributionWindow[] | null) => answer(api.PATCH('/v1/integrations/{id}', { params, body: { attribution } })),
    onSuccess: () => toast(words.attributionSaved),
    onSettled: refresh,
  })
  const keepThumbnails = useMutation({
    mutationFn: (keep_thumbnails: boolean) => answer(api.PATCH('/v1/integrations/{id}', { params, body: { keep_thumbnails } })),
    onSuccess: (_, keep) => toast(keep ? words.thumbnailsKept : words.thumbnailsNotKept),
    onError: refused,
    onSettled: refresh,
  })
  const request = useMutation({
    mutationFn: (body: RangeRequest) => answer(api.POST('/v1/integrations/{id}/initial-collection', { params, body })),
    onSuccess: () => toast(requested),
    onSettled: refresh,
  })
  const remove = useMutation({
    mutationFn: (purge: boolean) => api.DELETE('/v1/integrations/{id}', { params: { ...params, query: { purge } } }),
    onSuccess: async () => {
      navigate('/integrations')
      client.removeQueries({ queryKey: ['integrations', 'one', id] })
      toast(words.removed)
      await refresh()
    },
    onError: refused,
  })
  return { pause, replaceToken, setAttribution, keepThumbnails, request, remove }
}
