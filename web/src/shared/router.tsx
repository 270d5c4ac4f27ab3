// Addresses of pages. A link is a state: what is filtered or chosen stands in the search part.
import { useSyncExternalStore, type AnchorHTMLAttributes, type MouseEvent } from 'react'

const changed = 'adfill:navigated'

function subscribe(listener: () => void) {
  window.addEventListener('popstate', listener)
  window.addEventListener(changed, listener)
  return () => {
    window.removeEventListener('popstate', listener)
    window.removeEventListener(changed, listener)
  }
}

export function navigate(to: string, options: { replace?: boolean } = {}) {
  if (options.replace) history.replaceState(null, '', to)
  else history.pushState(null, '', to)
  window.dispatchEvent(new Event(changed))
  if (!options.replace) window.scrollTo(0, 0)
}

export const usePath = () => useSyncExternalStore(subscribe, () => location.pathname)

export function useSearch(name: string): [string | null, (value: string | null) => void] {
  const value = useSyncExternalStore(subscribe, () => new URLSearchParams(location.search).get(name))
  const set = (next: string | null) => {
    const search = new URLSearchParams(location.search)
    if (next === null) search.delete(name)
    else search.set(name, next)
    navigate(location.pathname + (search.size > 0 ? `?${search}` : ''), { replace: true })
  }
  return [value, set]
}

export function Link({ href, onClick, ...rest }: AnchorHTMLAttributes<HTMLAnchorElement> & { href: string }) {
  const go = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event)
    // A new tab or window is the browser's business.
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    event.preventDefault()
    navigate(href)
  }
  return <a href={href} onClick={go} {...rest} />
}
