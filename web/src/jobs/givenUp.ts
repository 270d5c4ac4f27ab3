// What an attempt asked for in vain, in words, and where it lies in the attempt's time.
import type { GivenUpSlice } from '../api/types'
import { daysBetween } from '../shared/day'
import { formatDuration } from '../shared/duration'
import { formatCount } from '../shared/money'
import type { Words } from '../words/en'
import type { Piece } from './timeline'

// "90 days asked for: too large, given up after 12 min; went on with 45 days".
export function sayGivenUp(slice: GivenUpSlice, words: Words, language: string): string {
  const { tooLarge, askedFor } = words.timeline
  const asked = askedFor[slice.part](formatCount(daysBetween(slice.start_date, slice.end_date), language))
  const next = askedFor[slice.next_part](formatCount(slice.next_days, language))
  return tooLarge(asked, formatDuration(slice.seconds * 1000, language), next)
}

// The database's clock tells when it was given up, as it tells when the attempt began and ended.
export const whenGivenUp = (slice: GivenUpSlice, { from, until }: Piece) => Math.min(until, Math.max(from, Date.parse(slice.given_up_at)))
