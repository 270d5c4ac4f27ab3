import { useMutation, useQueryClient } from '@tanstack/react-query'
import { answer, api } from '../api/client'
import type { NewToken } from '../api/types'
import { useRefusalToast, useToast } from '../shared/Toast'
import { useWords } from '../words/Language'

export function useTokenActions() {
  const words = useWords().settings
  const client = useQueryClient()
  const toast = useToast()
  const refused = useRefusalToast()
  const refresh = () => Promise.all([['tokens'], ['audit'], ['session']].map((queryKey) => client.invalidateQueries({ queryKey })))
  return {
    create: useMutation({
      mutationFn: (body: NewToken) => answer(api.POST('/v1/tokens', { body })),
      onSettled: refresh,
    }),
    revoke: useMutation({
      mutationFn: (id: string) => api.DELETE('/v1/tokens/{id}', { params: { path: { id } } }),
      onSuccess: () => toast(words.revoked),
      onError: refused,
      onSettled: refresh,
    }),
  }
}
