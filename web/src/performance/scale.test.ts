import { describe, expect, it } from 'vitest'
import { areaPath, linePath, ticks } from './scale'

describe('a chart', () => {
  it('has round values on its axis that reach over the highest one', () => {
    expect(ticks(97, 4)).toEqual([0, 25, 50, 75, 100])
    expect(ticks(118_000, 4)).toEqual([0, 50_000, 100_000, 150_000])
    expect(ticks(0, 4)).toEqual([0])
  })
  it('breaks its line where a day is missing', () => {
    const points = [10, 11, 13].map((day) => ({ x: day, y: 1, day }))
    expect(linePath(points)).toBe('M10.0 1.0L11.0 1.0M13.0 1.0')
    expect(areaPath(points, 5)).toBe('M10.0 5L10.0 1.0L11.0 1.0L11.0 5ZM13.0 5L13.0 1.0L13.0 5Z')
  })
})
