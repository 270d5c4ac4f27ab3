import { describe, expect, it } from 'vitest'
import { millisecondsLeft, millisecondsTaken } from './jobTime'

const running = {
  status: 'running' as const,
  started_at: '2026-03-01T10:00:00.000Z',
  completed_at: null,
  updated_at: '2026-03-01T10:00:30.000Z',
  chunks_total: 8,
  chunks_completed: 3,
  chunks_failed: 1,
}

describe('the time of a job', () => {
  it('left is what its open chunks take at the pace so far', () => {
    expect(millisecondsLeft(running)).toBe(40_000)
  })
  it('left is unknown before the first chunk is done, and when the job has ended', () => {
    expect(millisecondsLeft({ ...running, chunks_completed: 0 })).toBeUndefined()
    expect(millisecondsLeft({ ...running, status: 'completed' })).toBeUndefined()
  })
  it('taken is from start to end', () => {
    expect(millisecondsTaken({ ...running, completed_at: '2026-03-01T10:01:00.000Z' })).toBe(60_000)
    expect(millisecondsTaken(running)).toBeUndefined()
  })
})
