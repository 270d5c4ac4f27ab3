import type { Attempt, Chunk } from '../api/types'
import { chunkState } from './chunkState'

// When a job's chunks were worked on, and what they waited for in between, as shares of the time from the first attempt
// to the last. Times are the server's; only what still runs or waits reaches to `now`.

export type Course = 'completed' | 'running' | 'again' | 'failed' | 'cancelled' | 'handed_back' | 'lost'
export type Reason = 'throttled' | 'credentials' | 'outage' | 'pause'

export type Piece = { from: number; until: number }
export type Try = Piece & { attempt: Attempt; course: Course }
export type Wait = Piece & { reason: Reason }
export type Lane = { chunk: Chunk; tries: Try[]; waits: Wait[] }
export type Timeline = { begin: number; end: number; lanes: Lane[]; working: number; waiting: number }

export function timelineOf(chunks: Chunk[], attempts: Attempt[], now: number): Timeline {
  const byChunk = new Map<string, Attempt[]>()
  for (const attempt of attempts) byChunk.set(attempt.chunk_id, [...(byChunk.get(attempt.chunk_id) ?? []), attempt])
  const lanes = chunks.map((chunk) => laneOf(chunk, byChunk.get(chunk.id) ?? [], now))
  const pieces = lanes.flatMap(({ tries, waits }): Piece[] => [...tries, ...waits])
  const begin = pieces.reduce((least, piece) => Math.min(least, piece.from), Infinity)
  const end = pieces.reduce((most, piece) => Math.max(most, piece.until), -Infinity)
  const sum = (all: Piece[]) => all.reduce((total, piece) => total + piece.until - piece.from, 0)
  return {
    begin: pieces.length > 0 ? begin : now,
    end: pieces.length > 0 ? Math.max(end, begin + 1) : now + 1,
    lanes,
    working: sum(lanes.flatMap(({ tries }) => tries)),
    waiting: sum(lanes.flatMap(({ waits }) => waits)),
  }
}

function laneOf(chunk: Chunk, attempts: Attempt[], now: number): Lane {
  const tries = attempts.map((attempt, index): Try => {
    const from = Date.parse(attempt.started_at)
    const next = attempts[index + 1]
    const runs = attempt.ended_at === null && next === undefined && chunk.status === 'processing'
    // A worker that was lost told no end: at the latest when somebody else took the chunk up.
    const until = attempt.ended_at ? Date.parse(attempt.ended_at) : runs ? now : Date.parse(next?.started_at ?? chunk.updated_at)
    return { attempt, from, until: Math.max(from, until), course: courseOf(attempt, runs) }
  })
  const waits = tries.flatMap((each, index): Wait[] => {
    const next = tries[index + 1]
    const waitsStill = next === undefined && chunkState(chunk) === 'pending'
    const until = next ? next.from : waitsStill ? now : each.until
    return until > each.until ? [{ from: each.until, until, reason: reasonOf(each.attempt) }] : []
  })
  return { chunk, tries, waits }
}

function courseOf(attempt: Attempt, runs: boolean): Course {
  switch (attempt.outcome) {
    case 'completed':
    case 'completed_with_notice':
      return 'completed'
    case 'failed':
    case 'cancelled':
    case 'handed_back':
      return attempt.outcome
    case null:
      return runs ? 'running' : 'lost'
    default:
      return 'again'
  }
}

function reasonOf(attempt: Attempt): Reason {
  const kind = attempt.failure_kind
  return kind === 'throttled' || kind === 'credentials' || kind === 'outage' ? kind : 'pause'
}

// Where a piece lies in the timeline, in percent.
export function place(piece: Piece, { begin, end }: Pick<Timeline, 'begin' | 'end'>): { left: number; width: number } {
  const share = (time: number) => ((time - begin) / (end - begin)) * 100
  return { left: share(piece.from), width: share(piece.until) - share(piece.from) }
}
