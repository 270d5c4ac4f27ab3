// The server's event stream. A browser reconnects a cut stream by itself, but gives up on a refusal; this goes on trying,
// and says after three failures in a row that polling must do meanwhile.
import { parseHint, type Hint } from './hints'

export type LiveState = 'connecting' | 'live' | 'polling'
export type StreamListener = { onHint: (hint: Hint) => void; onState: (state: LiveState) => void }

const failuresBeforePolling = 3
const retryMs = 2_000
const retryWhilePollingMs = 15_000

export function openStream(listener: StreamListener, connect = () => new EventSource('/v1/events')): () => void {
  let source: EventSource
  let failures = 0
  let opened = false
  let timer: ReturnType<typeof setTimeout> | undefined

  const open = () => {
    source = connect()
    source.onopen = () => {
      // What happened while the stream was cut was not heard.
      if (opened || failures > 0) listener.onHint({ kind: 'everything', id: '' })
      opened = true
      failures = 0
      listener.onState('live')
    }
    source.onerror = () => {
      failures += 1
      listener.onState(failures >= failuresBeforePolling ? 'polling' : 'connecting')
      if (source.readyState === EventSource.CLOSED) {
        timer = setTimeout(open, failures >= failuresBeforePolling ? retryWhilePollingMs : retryMs)
      }
    }
    for (const kind of ['job', 'chunk', 'integration', 'throttle'] as const) {
      source.addEventListener(kind, (event: MessageEvent<string>) => listener.onHint(parseHint(kind, event.data)))
    }
    source.addEventListener('missed', () => listener.onHint({ kind: 'everything', id: '' }))
  }
  open()
  return () => {
    clearTimeout(timer)
    source.close()
  }
}
