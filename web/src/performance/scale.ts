// Where things stand in a chart. Numbers here are pixels and heights, never figures that are shown.

// Round values from 0 up to at least `highest`: 1, 2, 2.5 or 5 times a power of ten apart.
export function ticks(highest: number, count: number): number[] {
  if (!(highest > 0)) return [0]
  const rough = highest / count
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((each) => each >= rough) ?? rough
  return Array.from({ length: Math.ceil(highest / step - 1e-9) + 1 }, (_, index) => index * step)
}

// A line through the points; `gap` days apart at most, else it is broken: a missing day is not a straight line.
export function linePath(points: { x: number; y: number; day: number }[]): string {
  return points
    .map(({ x, y, day }, index) => {
      const before = points[index - 1]
      return `${before && day - before.day === 1 ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`
    })
    .join('')
}

// Each unbroken run of days as a closed area down to `floor`.
export function areaPath(points: { x: number; y: number; day: number }[], floor: number): string {
  const runs: (typeof points)[] = []
  for (const point of points) {
    const run = runs.at(-1)
    if (run && point.day - (run.at(-1)?.day ?? 0) === 1) run.push(point)
    else runs.push([point])
  }
  return runs
    .map((run) => {
      const first = run[0]
      const last = run.at(-1)
      return first && last ? `M${first.x.toFixed(1)} ${floor}${run.map(({ x, y }) => `L${x.toFixed(1)} ${y.toFixed(1)}`).join('')}L${last.x.toFixed(1)} ${floor}Z` : ''
    })
    .join('')
}
