import { useMutation, useQueryClient } from '@tanstack/react-query'
import { answer, api } from '../api/client'
import { useRefusalToast, useToast } from '../shared/Toast'
import { formatInstant } from '../shared/Time'
import { useLanguage } from '../words/Language'

export function useScheduleActions(id: string) {
  const { language, words: all } = useLanguage()
  const words = all.schedules
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
  // What the server made of it is the answer: in words, and when it is due next. A refusal is told in the form.
  const change = useMutation({
    mutationFn: (body: { cron: string; time_zone: string }) => answer(api.PATCH('/v1/schedules/{id}', { params, body })),
    onSuccess: (now) => toast(all.scheduleDialog.changed(language === 'ko' ? now.in_words_ko : now.in_words, formatInstant(now.next_due_at, language))),
    onSettled: refresh,
  })
  const run = useMutation({
    mutationFn: () => answer(api.POST('/v1/schedules/{id}/run', { params })),
    onSuccess: () => toast(words.started),
    onError: refused,
    onSettled: refresh,
  })
  return { pause, change, run }
}
