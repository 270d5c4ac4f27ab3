// Days as the wire has them: "2025-03-01", of the ad account, without a time or a zone. Comparing them is comparing text.

const millisecondsPerDay = 86_400_000

// Days since 1970-01-01.
export function dayNumber(day: string): number {
  return Date.parse(`${day}T00:00:00Z`) / millisecondsPerDay
}

export function dayOf(number: number): string {
  return new Date(number * millisecondsPerDay).toISOString().slice(0, 10)
}

export const addDays = (day: string, days: number) => dayOf(dayNumber(day) + days)

export const daysBetween = (since: string, until: string) => dayNumber(until) - dayNumber(since) + 1

// 0 Sunday to 6 Saturday. 1970-01-01 was a Thursday.
export const weekday = (number: number) => (((number + 4) % 7) + 7) % 7

// Today where the user sits; the server checks ranges against the account's own today.
export function today(): string {
  const now = new Date()
  return dayOf(Math.floor((now.getTime() - now.getTimezoneOffset() * 60_000) / millisecondsPerDay))
}

export function formatDay(day: string, language: string, options: Intl.DateTimeFormatOptions = { dateStyle: 'medium' }): string {
  return new Intl.DateTimeFormat(language, { ...options, timeZone: 'UTC' }).format(dayNumber(day) * millisecondsPerDay)
}

// "Mar 1 – 12, 2026"; of one day, that day.
export function formatRange(since: string, until: string, language: string): string {
  const format = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeZone: 'UTC' })
  return format.formatRange(dayNumber(since) * millisecondsPerDay, dayNumber(until) * millisecondsPerDay)
}
