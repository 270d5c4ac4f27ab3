import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { answer, api } from '../api/client'
import type { RangeRequest } from '../api/types'
import { useSaid } from '../words/useSaid'

export type Added = { state: 'adding' } | { state: 'added'; id: string } | { state: 'refused'; why: string }
export type Several = { advertiser: string; token: string; accounts: string[]; initial: Pick<RangeRequest, 'since' | 'until'> | null }

// Adds accounts one after the other, each a request of its own: one that is refused keeps none of the others away.
export function useAddSeveral() {
  const said = useSaid()
  const client = useQueryClient()
  const [results, setResults] = useState<Record<string, Added>>({})
  const [busy, setBusy] = useState(false)
  const add = async ({ advertiser, token, accounts, initial }: Several) => {
    setBusy(true)
    for (const account of accounts) {
      const tell = (result: Added) => setResults((known) => ({ ...known, [account]: result }))
      tell({ state: 'adding' })
      try {
        const body = { advertiser, source: 'meta' as const, account_id: account, credentials: { access_token: token }, initial }
        const { integration_id } = await answer(api.POST('/v1/integrations', { body }))
        tell({ state: 'added', id: integration_id })
      } catch (error) {
        tell({ state: 'refused', why: said.problem(error) })
      }
    }
    setBusy(false)
    await Promise.all([['integrations'], ['jobs'], ['queue'], ['freshness'], ['overview']].map((queryKey) => client.invalidateQueries({ queryKey })))
  }
  return { add, results, busy }
}
