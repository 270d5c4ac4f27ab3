import { useMutation, useQueryClient } from '@tanstack/react-query'
import { answer, api } from '../api/client'
import type { NewAlertChannel } from '../api/types'
import { useRefusalToast, useToast } from '../shared/Toast'
import { useWords } from '../words/Language'

export function useChannelActions() {
  const words = useWords().alerts
  const client = useQueryClient()
  const toast = useToast()
  const refused = useRefusalToast()
  const refresh = () => Promise.all([['alert-channels'], ['audit']].map((queryKey) => client.invalidateQueries({ queryKey })))
  return {
    create: useMutation({
      mutationFn: (body: NewAlertChannel) => answer(api.POST('/v1/alert-channels', { body })),
      onSettled: refresh,
    }),
    remove: useMutation({
      mutationFn: (id: string) => api.DELETE('/v1/alert-channels/{id}', { params: { path: { id } } }),
      onSuccess: () => toast(words.removed),
      onError: refused,
      onSettled: refresh,
    }),
  }
}
