import { useMutation, useQueryClient } from '@tanstack/react-query'
import { answer, api } from '../api/client'
import type { RangeRequest } from '../api/types'
import { useToast } from '../shared/Toast'
import { useWords } from '../words/Language'

// Requests the days; the toast leads to what collects them.
export function useCollectAgain(integrationId: string) {
  const words = useWords().coverage.again
  const client = useQueryClient()
  const toast = useToast()
  return useMutation({
    mutationFn: (body: RangeRequest) => answer(api.POST('/v1/integrations/{id}/initial-collection', { params: { path: { id: integrationId } }, body })),
    onSuccess: ({ jobs }) => {
      const [only] = jobs
      const link = jobs.length === 1 && only ? { href: `/jobs/${only.id}`, label: words.showJob } : { href: '/jobs', label: words.showJobs }
      toast(words.started, false, link)
    },
    onSettled: () => Promise.all([['integrations'], ['jobs'], ['queue']].map((queryKey) => client.invalidateQueries({ queryKey }))),
  })
}
