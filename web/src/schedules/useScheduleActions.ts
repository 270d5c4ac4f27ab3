import { useMutation, useQueryClient } from '@tanstack/react-query'
import { answer, api } from '../api/client'
import { useRefusalToast, useToast } from '../shared/Toast'
import { useWords } from '../words/Language'

export function useScheduleActions(id: string) {
  const words = useWords().schedules
  const client = useQueryClient()
  const toast = useToast()
  const refused = useRefusalToast()
  const params = { path: { id } }
  const refresh = () => Promise.all([['integrations'], ['jobs'], ['queue']].map((queryKey) => client.invalidateQueries({ queryKey })))

  const pause = useMutation({
    mutationFn: (paused: boolean) => answer(api.PATCH('/v1/schedules/{id}', { params, body: { paused } })),
    onError: refused,
    onSettled: refresh,
  })
  const run = useMutation({
    mutationFn: () => answer(api.POST('/v1/schedules/{id}/run', { params })),
    onSuccess: () => toast(words.started),
    onError: refused,
    onSettled: refresh,
  })
  return { pause, run }
}
