// The one door to the server. Calls answer with data or throw a ProblemError.
import createClient, { type Middleware } from 'openapi-fetch'
import { problemOf, unreachable } from './problem'
import type { paths } from './schema'

const signedOutListeners = new Set<() => void>()

// Called whenever the server says that the session is over.
export function onSignedOut(listener: () => void): () => void {
  signedOutListeners.add(listener)
  return () => signedOutListeners.delete(listener)
}

const middleware: Middleware = {
  onRequest({ request }) {
    // With a session cookie the server asks for this header, which no other site can send.
    request.headers.set('X-Adfill-Request', '1')
    return request
  },
  async onResponse({ response, schemaPath }) {
    if (response.ok) return
    if (response.status === 401 && schemaPath !== '/v1/session') signedOutListeners.forEach((listener) => listener())
    throw await problemOf(response)
  },
  onError({ error }) {
    return error instanceof DOMException && error.name === 'AbortError' ? error : unreachable()
  },
}

export const api = createClient<paths>({ baseUrl: '/' })
api.use(middleware)

// openapi-fetch types data as optional, since an error is possible; the middleware has thrown by then.
export async function answer<T>(call: Promise<{ data?: T }>): Promise<T> {
  const { data } = await call
  return data as T
}
