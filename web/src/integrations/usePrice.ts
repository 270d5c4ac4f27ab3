import { useMutation } from '@tanstack/react-query'
import { answer, api } from '../api/client'
import type { Estimate } from '../api/types'
import type { Several } from './useAddSeveral'

export type Price = Pick<Estimate, 'rows' | 'calls' | 'seconds' | 'rough' | 'tier'> & { chunks: number }

// Of several accounts: rows and calls of all; they are collected side by side, so the slowest tells the time.
export function together(estimates: Estimate[]): Price {
  const price: Price = { rows: 0, calls: 0, seconds: 0, rough: false, tier: null, chunks: 0 }
  for (const { rows, calls, seconds, rough, tier, types } of estimates) {
    price.rows += rows
    price.calls += calls
    price.seconds = Math.max(price.seconds, seconds)
    price.rough ||= rough
    price.tier ??= tier
    price.chunks += types.reduce((sum, type) => sum + type.chunks, 0)
  }
  return price
}

// What adding these accounts with their history would take. Asks the platform, account by account.
export function usePrice() {
  return useMutation({
    mutationFn: async ({ advertiser, token, accounts, initial }: Several) => {
      const estimates: Estimate[] = []
      for (const account of accounts) {
        const body = { advertiser, source: 'meta' as const, account_id: account, credentials: { access_token: token }, initial }
        estimates.push(await answer(api.POST('/v1/integrations/estimate', { body })))
      }
      return together(estimates)
    },
  })
}
