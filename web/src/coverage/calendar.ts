// Where each day stands in the calendar: a block of weeks a year, Sunday on top, the newest year first.
import type { CoverageDay } from '../api/types'
import { dayNumber, dayOf, weekday } from '../shared/day'

export type CalendarDay = { date: string; week: number; weekday: number; coverage: CoverageDay }
export type CalendarYear = { year: number; days: CalendarDay[]; months: { month: string; week: number }[] }

export function layOut(coverage: CoverageDay[]): CalendarYear[] {
  const years = new Map<number, CoverageDay[]>()
  for (const day of coverage) {
    const year = Number(day.date.slice(0, 4))
    years.set(year, [...(years.get(year) ?? []), day])
  }
  return [...years].sort(([a], [b]) => b - a).map(([year, days]) => layOutYear(year, days))
}

function layOutYear(year: number, coverage: CoverageDay[]): CalendarYear {
  const first = dayNumber(`${year}-01-01`)
  const weekOf = (number: number) => Math.floor((number - first + weekday(first)) / 7)
  const days = coverage.map((day) => {
    const number = dayNumber(day.date)
    return { date: day.date, week: weekOf(number), weekday: weekday(number), coverage: day }
  })
  const months = Array.from({ length: 12 }, (_, index) => {
    const month = `${year}-${String(index + 1).padStart(2, '0')}-01`
    return { month, week: weekOf(dayNumber(month)) }
  })
  return { year, days, months }
}

// The day that an arrow key leads to from `date`; stays where it is at the ends.
export function neighbour(date: string, key: string, first: string, last: string): string | null {
  const steps: Record<string, number> = { ArrowUp: -1, ArrowDown: 1, ArrowLeft: -7, ArrowRight: 7 }
  if (key === 'Home') return first
  if (key === 'End') return last
  const step = steps[key]
  if (step === undefined) return null
  const next = dayOf(dayNumber(date) + step)
  return next < first || next > last ? date : next
}

// Everything that is stored of a day, be it final or not.
export const isCollected = (day: CoverageDay) => day.state !== 'gap'
