import { useSyncExternalStore } from 'react'
import { useLanguage } from '../words/Language'

// A clock that all who look at it share, and that stands still while nobody does.
function makeClock(tickMs: number): () => number {
  let now = Date.now()
  const listeners = new Set<() => void>()
  let timer: ReturnType<typeof setInterval> | undefined
  const tick = () => {
    now = Date.now()
    listeners.forEach((each) => each())
  }
  const subscribe = (listener: () => void) => {
    listeners.add(listener)
    if (timer === undefined) {
      now = Date.now()
      timer = setInterval(tick, tickMs)
    }
    return () => {
      listeners.delete(listener)
      if (listeners.size > 0) return
      clearInterval(timer)
      timer = undefined
    }
  }
  return () => useSyncExternalStore(subscribe, () => now)
}

// For every relative time on the screen.
export const useNow = makeClock(10_000)
// For what runs down by the second.
export const useSeconds = makeClock(1_000)

const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
] as const

export function formatRelative(time: string, from: number, language: string): string {
  const distance = Date.parse(time) - from
  const [unit, length] = units.find(([, milliseconds]) => Math.abs(distance) >= milliseconds) ?? units[3]
  return new Intl.RelativeTimeFormat(language, { numeric: 'auto' }).format(Math.round(distance / length), unit)
}

export function formatInstant(time: string, language: string): string {
  return new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' }).format(Date.parse(time))
}

export function formatTimeOfDay(time: string, language: string): string {
  return new Intl.DateTimeFormat(language, { timeStyle: 'short' }).format(Date.parse(time))
}

export function Time({ at, relative = false }: { at: string; relative?: boolean }) {
  const { language } = useLanguage()
  // The clock above ticks slowly: what happened since its last tick happened now, not in the future.
  const from = Math.max(useNow(), Date.parse(at))
  const full = formatInstant(at, language)
  return (
    <time dateTime={at} title={full}>
      {relative ? formatRelative(at, from, language) : full}
    </time>
  )
}
