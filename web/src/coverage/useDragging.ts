import { useEffect, useRef, useState, type PointerEvent } from 'react'
import type { Selection } from './selection'

// Dragging over squares with a mouse or a pen; a finger scrolls. What is dragged is told when the button is let go, wherever
// that is, so that nothing is fetched for each day on the way.
export function useDragging(onDragged: (selection: Selection) => void) {
  const pressed = useRef<string | null>(null)
  const dragged = useRef<Selection | null>(null)
  const justDragged = useRef(false)
  const [shown, show] = useState<Selection | null>(null)
  const told = useRef(onDragged)
  useEffect(() => {
    told.current = onDragged
  })
  useEffect(() => {
    const end = () => {
      const selection = dragged.current
      pressed.current = dragged.current = null
      if (!selection) return
      justDragged.current = true
      show(null)
      told.current(selection)
    }
    window.addEventListener('pointerup', end)
    window.addEventListener('pointercancel', end)
    return () => {
      window.removeEventListener('pointerup', end)
      window.removeEventListener('pointercancel', end)
    }
  }, [])
  const press = (event: PointerEvent, date: string | undefined) => {
    justDragged.current = false
    if (date && event.button === 0 && event.pointerType !== 'touch' && !event.shiftKey) pressed.current = date
  }
  const move = (date: string | undefined) => {
    const anchor = pressed.current
    if (!anchor || !date || date === (dragged.current?.head ?? anchor)) return
    dragged.current = { anchor, head: date }
    show(dragged.current)
  }
  // The click that a browser makes of the end of a drag says nothing more.
  const isClick = () => !justDragged.current
  return { shown, press, move, isClick }
}
