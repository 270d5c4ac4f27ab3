import { useSyncExternalStore } from 'react'
import { useLanguage } from '../words/Language'

// One clock for every relative time on the screen.
const tickMs = 10_000
let now = Date.now()
const listeners = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | undefined

function subscribe(listener: () => void) {
  listeners.add(listener)
  timer ??= setInterval(() => {
    now = Date.now()
    listeners.forEach((each) => each())
  }, tickMs)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

export const useNow = () => useSyncExternalStore(subscribe, () => now)

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
