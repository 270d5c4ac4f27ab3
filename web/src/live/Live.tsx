import { useQueryClient, type Query, type QueryClient, type QueryKey } from '@tanstack/react-query'
import { createContext, useContext, useEffect, useState, type ReactNode } from 'react'
import { HintGatherer, type Hint } from './hints'
import { openSharedStream } from './sharedStream'
import type { LiveState } from './stream'

const hintWindowMs = 250
// Coverage and figures are hundreds of rows a read, and a day more a second is soon enough.
const figuresWindowMs = 2_000
// A list that was read far down is read again page by page.
const longListWindowMs = 6_000
const pollMs = 5_000

const LiveContext = createContext<LiveState>('connecting')
export const useLive = () => useContext(LiveContext)

// Keeps what is on the screen true: by the event stream, or by asking every five seconds while that is out of reach.
export function LiveProvider({ children }: { children: ReactNode }) {
  const client = useQueryClient()
  const [state, setState] = useState<LiveState>('connecting')

  useEffect(() => {
    const now = new HintGatherer((hints) => refresh(client, hints.flatMap(keysOf), (query) => !isLongList(query)), hintWindowMs)
    const figures = new HintGatherer((hints) => refresh(client, hints.flatMap(figureKeysOf)), figuresWindowMs)
    const longLists = new HintGatherer((hints) => refresh(client, hints.flatMap(keysOf), isLongList), longListWindowMs)
    const gatherers = [now, figures, longLists]
    const close = openSharedStream({ onHint: (hint) => gatherers.forEach((gatherer) => gatherer.add(hint)), onState: setState })
    return () => (close(), gatherers.forEach((gatherer) => gatherer.stop()))
  }, [client])

  useEffect(() => {
    if (state !== 'polling') return
    const timer = setInterval(() => void refresh(client, [[]]), pollMs)
    return () => clearInterval(timer)
  }, [client, state])

  return <LiveContext value={state}>{children}</LiveContext>
}

function keysOf(hint: Hint): QueryKey[] {
  switch (hint.kind) {
    case 'job':
      return [['jobs', 'list'], ['jobs', 'one', hint.id], ['queue'], ['overview']]
    case 'chunk':
      return [['jobs', 'list'], hint.jobId ? ['jobs', 'one', hint.jobId] : ['jobs', 'one'], ['queue']]
    case 'integration':
      return [['integrations']]
    case 'throttle':
      return [['queue']]
    case 'everything':
      return [[]]
  }
}

function figureKeysOf(hint: Hint): QueryKey[] {
  if (hint.kind === 'integration') return [['freshness'], ['overview']]
  return hint.kind === 'job' || hint.kind === 'chunk' ? [['coverage'], ['performance'], ['freshness'], ['overview']] : []
}

function isLongList(query: Query): boolean {
  const { data } = query.state
  return typeof data === 'object' && data !== null && 'pages' in data && Array.isArray(data.pages) && data.pages.length > 1
}

function refresh(client: QueryClient, keys: QueryKey[], which: (query: Query) => boolean = () => true) {
  const once = new Map(keys.map((key) => [key.join(' '), key]))
  return Promise.all([...once.values()].map((queryKey) => client.invalidateQueries({ queryKey, predicate: which })))
}
