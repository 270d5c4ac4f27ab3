import { useRef, useState, type PointerEvent } from 'react'
import type { PerformanceRow } from '../api/types'
import { dayNumber, dayOf, formatDay } from '../shared/day'
import { chartValue, formatMoney } from '../shared/money'
import { useWidth } from '../shared/useWidth'
import { useLanguage } from '../words/Language'
import { areaPath, linePath, ticks } from './scale'
import css from './CostChart.module.css'

const height = 240
const margin = { top: 12, right: 8, bottom: 26, left: 58 }
const narrowestDayLabel = 92

type Props = { rows: PerformanceRow[]; currency: string; label: string }

export function CostChart({ rows, currency, label }: Props) {
  const { language } = useLanguage()
  const box = useRef<HTMLDivElement>(null)
  const width = useWidth(box)
  const [hovered, hover] = useState<number | null>(null)
  const days = rows.flatMap((row) => (row.day ? [{ row, day: dayNumber(row.day), height: chartValue(row.cost) }] : []))
  const first = days[0]?.day ?? 0
  const last = days.at(-1)?.day ?? first
  const levels = ticks(Math.max(...days.map((day) => day.height), 0), 4)
  const highest = levels.at(-1) || 1
  const inner = Math.max(0, width - margin.left - margin.right)
  const floor = height - margin.bottom
  const x = (day: number) => margin.left + (last === first ? inner / 2 : ((day - first) / (last - first)) * inner)
  const y = (value: number) => floor - (value / highest) * (floor - margin.top)
  const points = days.map((day) => ({ x: x(day.day), y: y(day.height), day: day.day }))
  const shown = hovered === null ? undefined : days.find((day) => day.day === hovered)

  const follow = (event: PointerEvent<SVGSVGElement>) => {
    const at = event.clientX - event.currentTarget.getBoundingClientRect().left
    const wanted = first + ((at - margin.left) / Math.max(1, inner)) * (last - first)
    const nearest = days.reduce((best, day) => (Math.abs(day.day - wanted) < Math.abs(best - wanted) ? day.day : best), first)
    hover(nearest)
  }
  return (
    <div ref={box} className={css.chart}>
      <svg width={width} height={height} role="img" aria-label={label} onPointerMove={follow} onPointerLeave={() => hover(null)}>
        {levels.map((level) => (
          <g key={level}>
            <line className={css.grid} x1={margin.left} x2={width - margin.right} y1={y(level)} y2={y(level)} />
            <text className={css.tick} x={margin.left - 10} y={y(level) + 4} textAnchor="end">
              {compactMoney(level, currency, language)}
            </text>
          </g>
        ))}
        {dayLabels(first, last, inner).map((day) => (
          <text key={day} className={css.tick} x={x(day)} y={height - 6} textAnchor={day === first ? 'start' : day === last ? 'end' : 'middle'}>
            {formatDay(dayOf(day), language, last - first > 400 ? { year: '2-digit', month: 'short' } : { month: 'short', day: 'numeric' })}
          </text>
        ))}
        <path className={css.area} d={areaPath(points, floor)} />
        <path className={css.line} d={linePath(points)} />
        {shown && (
          <>
            <line className={css.cursor} x1={x(shown.day)} x2={x(shown.day)} y1={margin.top} y2={floor} />
            <circle className={css.dot} cx={x(shown.day)} cy={y(shown.height)} r={4} />
          </>
        )}
      </svg>
      {shown?.row.day && (
        <div className={css.readout} style={{ left: Math.min(Math.max(x(shown.day), 84), width - 84) }}>
          <span>{formatDay(shown.row.day, language, { dateStyle: 'medium' })}</span>
          <strong>{formatMoney(shown.row.cost, currency, language)}</strong>
        </div>
      )}
    </div>
  )
}

// As many evenly spread days as there is room to name.
export function dayLabels(first: number, last: number, inner: number): number[] {
  const count = Math.max(1, Math.min(last - first, Math.floor(inner / narrowestDayLabel)))
  if (first === last) return [first]
  return Array.from({ length: count + 1 }, (_, index) => Math.round(first + ((last - first) * index) / count))
}

// A round value of the axis, which is no figure of the account.
function compactMoney(level: number, currency: string, language: string) {
  return new Intl.NumberFormat(language, { style: 'currency', currency, notation: 'compact', maximumFractionDigits: 1, minimumFractionDigits: 0 }).format(level)
}
