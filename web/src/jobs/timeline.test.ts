import { describe, expect, it } from 'vitest'
import type { Attempt, Chunk } from '../api/types'
import { place, timelineOf } from './timeline'

const at = (seconds: number) => new Date(Date.UTC(2026, 2, 1, 12, 0, seconds)).toISOString()
const time = (seconds: number) => Date.parse(at(seconds))
const chunk = (id: string, status: Chunk['status'], updated = 100): Chunk =>
  ({ id, chunk_index: 0, status, cancelled_at: null, updated_at: at(updated) }) as Chunk
const attempt = (chunk_id: string, from: number, until: number | null, outcome: string | null, failure_kind: string | null = null): Attempt => ({
  chunk_id, started_at: at(from), ended_at: until === null ? null : at(until), outcome, failure_kind, failure_code: null, message: null, trace_id: null, slices_given_up: 0, given_up: [],
})

describe('a job’s timeline', () => {
  it('has the waits between two attempts, with what was waited for', () => {
    const timeline = timelineOf([chunk('a', 'completed')], [attempt('a', 0, 10, 'retry', 'throttled'), attempt('a', 70, 80, 'completed')], time(500))
    const [lane] = timeline.lanes
    expect(lane?.tries.map(({ course }) => course)).toEqual(['again', 'completed'])
    expect(lane?.waits).toEqual([{ from: time(10), until: time(70), reason: 'throttled' }])
    expect([timeline.begin, timeline.end]).toEqual([time(0), time(80)])
    expect([timeline.working, timeline.waiting]).toEqual([20_000, 60_000])
  })
  it('reaches to now where an attempt runs, or a chunk waits for its next one', () => {
    const timeline = timelineOf([chunk('a', 'processing'), chunk('b', 'pending')], [attempt('a', 0, null, null), attempt('b', 5, 20, 'retry', 'transient')], time(50))
    expect(timeline.lanes[0]?.tries[0]).toMatchObject({ course: 'running', until: time(50) })
    expect(timeline.lanes[1]?.waits).toEqual([{ from: time(20), until: time(50), reason: 'pause' }])
  })
  it('knows an attempt whose worker was lost, until the next one or the chunk’s last change', () => {
    const timeline = timelineOf(
      [chunk('a', 'completed'), chunk('b', 'failed', 40)],
      [attempt('a', 0, null, null), attempt('a', 60, 70, 'completed'), attempt('b', 10, null, null)],
      time(500),
    )
    expect(timeline.lanes[0]?.tries[0]).toMatchObject({ course: 'lost', until: time(60) })
    expect(timeline.lanes[1]?.tries[0]).toMatchObject({ course: 'lost', until: time(40) })
  })
  it('has a lane for chunks that nobody has tried, and a length although nothing has happened', () => {
    const timeline = timelineOf([chunk('a', 'pending')], [], time(0))
    expect(timeline.lanes[0]).toMatchObject({ tries: [], waits: [] })
    expect(timeline.end).toBeGreaterThan(timeline.begin)
  })
  it('places its pieces in percent', () => {
    expect(place({ from: 25, until: 75 }, { begin: 0, end: 100 })).toEqual({ left: 25, width: 50 })
  })
})
