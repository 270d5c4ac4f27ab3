import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useLayoutEffect, useRef, useState, type RefObject } from 'react'

// Rows beyond the window's edges that are drawn too, so that a quick wheel or the tab key finds them there.
const overscan = 8
// How near the last row that was read the next page is asked for.
const askWithin = 20

type Given = { count: number; estimate: number; keyOf: (index: number) => string; more?: (() => void) | undefined; loading: boolean }

// Of thousands of rows those that the window shows, in a page that scrolls as a whole. `box` is where they begin.
export function useRows<Box extends HTMLElement>({ count, estimate, keyOf, more, loading }: Given): { box: RefObject<Box | null>; virtualizer: ReturnType<typeof useWindowVirtualizer<Element>> } {
  const box = useRef<Box>(null)
  const [top, setTop] = useState(0)
  // What stands above the list may grow or go.
  useLayoutEffect(() => {
    const measure = () => box.current && setTop(Math.round(box.current.getBoundingClientRect().top + window.scrollY))
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(document.body)
    return () => observer.disconnect()
  }, [])
  const virtualizer = useWindowVirtualizer<Element>({ count, estimateSize: () => estimate, overscan, scrollMargin: top, getItemKey: keyOf })
  const last = virtualizer.getVirtualItems().at(-1)?.index ?? -1
  useEffect(() => {
    if (more && !loading && last >= count - askWithin) more()
  }, [more, loading, last, count])
  return { box, virtualizer }
}
