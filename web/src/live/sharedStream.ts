// One stream a browser, however many tabs: browsers give a host six connections, and seven tabs with a stream each would
// hang. The tab that holds the lock reads the stream and tells the others; when it closes, the next one takes over.
import type { Hint } from './hints'
import { openStream, type LiveState, type StreamListener } from './stream'

type Message = { hint: Hint } | { state: LiveState } | { hello: true }

const name = 'adfill.live'

export function openSharedStream(listener: StreamListener): () => void {
  // Locks exist in secure contexts only; over plain HTTP from another machine each tab has its own stream.
  if (!('locks' in navigator) || !('BroadcastChannel' in window)) return openStream(listener)

  const channel = new BroadcastChannel(name)
  const leaving = new AbortController()
  let state: LiveState = 'connecting'
  let leading = false
  const tell = (message: Message) => channel.postMessage(message)

  channel.onmessage = ({ data }: MessageEvent<Message>) => {
    if ('hint' in data) listener.onHint(data.hint)
    else if ('state' in data) listener.onState(data.state)
    else if (leading) tell({ state })
  }
  tell({ hello: true })

  const lead = () =>
    new Promise<void>((resolve) => {
      leading = true
      const close = openStream({
        onHint: (hint) => (listener.onHint(hint), tell({ hint })),
        onState: (next) => ((state = next), listener.onState(next), tell({ state: next })),
      })
      const end = () => (close(), resolve())
      if (leaving.signal.aborted) end()
      else leaving.signal.addEventListener('abort', end)
    })
  // Rejected only when this tab leaves before its turn came.
  navigator.locks.request(name, { signal: leaving.signal }, lead).catch(() => {})
  return () => {
    leaving.abort()
    channel.close()
  }
}
