import { useRef } from 'react'
import type { Totals } from '../api/types'
import { dayLabels } from '../performance/CostChart'
import { linePath, ticks } from '../performance/scale'
import { dayNumber, dayOf, formatDay } from '../shared/day'
import { chartValue } from '../shared/money'
import { useWidth } from '../shared/useWidth'
import { useLanguage } from '../words/Language'
import css from './History.module.css'
import type { Metric, Told } from './restatements'

const height = 200
const margin = { top: 10, right: 8, bottom: 26, left: 58 }

// Each day as it was told first, and as it is now. The table below has the figures, so the picture is for the eye alone.
export function MovementChart({ told, metric, currency }: { told: Told[]; metric: Metric; currency: string }) {
  const { language, words } = useLanguage()
  const w = words.restatements
  const box = useRef<HTMLDivElement>(null)
  const width = useWidth(box)
  const valueOf = (totals: Totals) => (metric === 'cost' ? chartValue(totals.cost) : totals[metric])
  const first = dayNumber(told[0]?.date ?? '1970-01-01')
  const last = dayNumber(told.at(-1)?.date ?? '1970-01-01')
  const levels = ticks(Math.max(...told.flatMap((day) => [valueOf(day.first), valueOf(day.now)]), 0), 4)
  const inner = Math.max(0, width - margin.left - margin.right)
  const floor = height - margin.bottom
  const x = (day: number) => margin.left + (last === first ? inner / 2 : ((day - first) / (last - first)) * inner)
  const y = (value: number) => floor - (value / (levels.at(-1) || 1)) * (floor - margin.top)
  const line = (pick: (day: Told) => Totals) => linePath(told.map((day) => ({ x: x(dayNumber(day.date)), y: y(valueOf(pick(day))), day: dayNumber(day.date) })))
  const label = new Intl.NumberFormat(language, { notation: 'compact', maximumFractionDigits: 1, ...(metric === 'cost' ? { style: 'currency', currency, minimumFractionDigits: 0 } : {}) })
  return (
    <>
      <div ref={box} className={css.chart}>
        <svg width={width} height={height} role="img" aria-label={w.chart}>
          {levels.map((level) => (
            <g key={level}>
              <line className={css.grid} x1={margin.left} x2={width - margin.right} y1={y(level)} y2={y(level)} />
              <text className={css.tick} x={margin.left - 10} y={y(level) + 4} textAnchor="end">
                {label.format(level)}
              </text>
            </g>
          ))}
          {dayLabels(first, last, inner).map((day) => (
            <text key={day} className={css.tick} x={x(day)} y={height - 6} textAnchor={day === first ? 'start' : day === last ? 'end' : 'middle'}>
              {formatDay(dayOf(day), language, { month: 'short', day: 'numeric' })}
            </text>
          ))}
          <path className={css.now} d={line((day) => day.now)} />
          <path className={css.first} d={line((day) => day.first)} />
        </svg>
      </div>
      <ul className={css.legend}>
        <li>
          <i className={css.firstKey} aria-hidden="true" />
          {w.first}
        </li>
        <li>
          <i className={css.nowKey} aria-hidden="true" />
          {w.now}
        </li>
      </ul>
    </>
  )
}
