import { useMutation, useQueryClient } from '@tanstack/react-query'
import { answer, api } from '../api/client'
import { useRefusalToast, useToast } from '../shared/Toast'
import { useWords } from '../words/Language'
import type { HistoryRange } from './queries'

export function useHistoryActions({ integration, type, since, until }: HistoryRange) {
  const words = useWords().restatements
  const client = useQueryClient()
  const toast = useToast()
  const refused = useRefusalToast()
  const refresh = () => Promise.all([['coverage'], ['performance'], ['freshness']].map((queryKey) => client.invalidateQueries({ queryKey })))

  const undo = useMutation({
    mutationFn: (attempt: string) => answer(api.POST('/v1/coverage/undo', { body: { integration_id: integration, attempt } })),
    onSuccess: ({ days }) => toast(words.undone(days.length)),
    onError: refused,
    onSettled: refresh,
  })
  const release = useMutation({
    mutationFn: () => answer(api.POST('/v1/coverage/release', { body: { integration_id: integration, collection_type: type, since, until } })),
    onSuccess: ({ days }) => toast(words.released(days)),
    onError: refused,
    onSettled: refresh,
  })
  return { undo, release }
}
