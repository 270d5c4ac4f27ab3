import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { HintGatherer, parseHint, type Hint } from './hints'

const job = (id: string): Hint => ({ kind: 'job', id })

describe('hints', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('are gathered for the window and applied once, each thing once', async () => {
    const apply = vi.fn(async () => {})
    const gatherer = new HintGatherer(apply, 250)
    gatherer.add(job('a'))
    gatherer.add(job('b'))
    gatherer.add(job('a'))
    await vi.advanceTimersByTimeAsync(249)
    expect(apply).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(1)
    expect(apply.mock.calls).toEqual([[[job('a'), job('b')]]])
  })

  it('that come while the last ones are being applied wait, and are applied afterwards', async () => {
    let finish = () => {}
    const apply = vi.fn((_: Hint[]) => new Promise<void>((resolve) => (finish = resolve)))
    const gatherer = new HintGatherer(apply, 250)
    gatherer.add(job('a'))
    await vi.advanceTimersByTimeAsync(250)
    gatherer.add(job('b'))
    await vi.advanceTimersByTimeAsync(5000)
    expect(apply).toHaveBeenCalledTimes(1)
    finish()
    await vi.advanceTimersByTimeAsync(250)
    expect(apply.mock.calls[1]).toEqual([[job('b')]])
  })

  it('go on after an apply that failed', async () => {
    const apply = vi.fn(async () => {}).mockRejectedValueOnce(new Error('cut'))
    const gatherer = new HintGatherer((hints) => apply(...([hints] as unknown as [])).catch(() => {}), 250)
    gatherer.add(job('a'))
    await vi.advanceTimersByTimeAsync(250)
    gatherer.add(job('b'))
    await vi.advanceTimersByTimeAsync(250)
    expect(apply).toHaveBeenCalledTimes(2)
  })

  it('are dropped when it stops', async () => {
    const apply = vi.fn(async () => {})
    const gatherer = new HintGatherer(apply, 250)
    gatherer.add(job('a'))
    gatherer.stop()
    await vi.advanceTimersByTimeAsync(1000)
    expect(apply).not.toHaveBeenCalled()
  })

  it('of an unknown shape make everything stale', () => {
    expect(parseHint('chunk', '{"id":"c","job_id":"j"}')).toEqual({ kind: 'chunk', id: 'c', jobId: 'j' })
    expect(parseHint('job', 'not json')).toEqual({ kind: 'everything', id: '' })
  })
})
