import { queryOptions, type QueryClient } from '@tanstack/react-query'
import { answer, api } from '../api/client'
import { isProblem } from '../api/problem'
import type { Session } from '../api/types'

export const session = queryOptions({
  queryKey: ['session'],
  // Nobody signed in is an answer, not a failure.
  queryFn: async ({ signal }): Promise<Session | null> => {
    try {
      return await answer(api.GET('/v1/session', { signal }))
    } catch (error) {
      if (isProblem(error) && error.status === 401) return null
      throw error
    }
  },
  staleTime: Infinity,
  refetchOnWindowFocus: false,
})

export const signIn = (token: string) => api.POST('/v1/session', { body: { token } })
export const signOut = () => api.DELETE('/v1/session')

// Nothing that this token saw is kept for the next one.
export function forgetSession(client: QueryClient) {
  client.setQueryData(session.queryKey, null)
  client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== session.queryKey[0] })
}

// A link of the server's own (printed at the start) carries the token in the fragment, which browsers don't send. It is
// taken out of the address bar, and out of the history, before anything else happens.
export function takeTokenFromAddress(): string | null {
  const token = new URLSearchParams(location.hash.slice(1)).get('token')
  if (token !== null) history.replaceState(null, '', location.pathname + location.search)
  return token
}

export const mayAct = (who: Session | null | undefined) => who?.role === 'admin' || who?.role === 'operator'
