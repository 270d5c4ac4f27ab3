import { memo, useLayoutEffect, useRef, type KeyboardEvent } from 'react'
import type { CoverageDay } from '../api/types'
import { formatDay } from '../shared/day'
import { formatCount } from '../shared/money'
import { useLanguage } from '../words/Language'
import { layOut, neighbour, type CalendarYear } from './calendar'
import css from './Calendar.module.css'

const cell = 11
const pitch = 14
const gutter = 44
const top = 18
const weeks = 54
const yearHeight = top + 7 * pitch + 10

type Props = { days: CoverageDay[]; chosen: string | null; onChoose: (date: string) => void }

// One square a day. A list box with one tab stop; the arrow keys walk through the days.
export function Calendar({ days, chosen, onChoose }: Props) {
  const { language, words } = useLanguage()
  const years = layOut(days)
  const first = days[0]?.date ?? ''
  const last = days.at(-1)?.date ?? ''
  const stop = chosen ?? last
  const walk = (event: KeyboardEvent<SVGSVGElement>) => {
    const next = neighbour(stop, event.key, first, last)
    if (next === null) return
    event.preventDefault()
    onChoose(next)
    event.currentTarget.querySelector<SVGElement>(`[data-date="${next}"]`)?.focus()
  }
  const click = (target: EventTarget) => {
    const date = target instanceof SVGElement ? target.dataset.date : undefined
    if (date) onChoose(date)
  }
  const width = gutter + weeks * pitch
  // Where there is no room for a whole year, the newest days are the ones in sight.
  const scroller = useRef<HTMLDivElement>(null)
  const lastWeek = years[0]?.days.at(-1)?.week ?? 0
  useLayoutEffect(() => {
    const box = scroller.current
    if (box) box.scrollLeft = gutter + (lastWeek + 2) * pitch - box.clientWidth
  }, [lastWeek])
  return (
    <div ref={scroller} className={css.scroll}>
      <svg
        className={css.calendar}
        width={width}
        height={years.length * yearHeight}
        role="listbox"
        aria-label={words.coverage.calendar(formatCount(days.length, language), first, last)}
        onKeyDown={walk}
        onClick={(event) => click(event.target)}
      >
        {years.map((year, row) => (
          <Year key={year.year} year={year} y={row * yearHeight} chosen={chosen} stop={stop} />
        ))}
      </svg>
    </div>
  )
}

function Year({ year, y, chosen, stop }: { year: CalendarYear; y: number; chosen: string | null; stop: string }) {
  const { language } = useLanguage()
  return (
    <g role="presentation" transform={`translate(0 ${y})`}>
      <text className={css.year} x={0} y={top + 9} aria-hidden="true">
        {year.year}
      </text>
      {year.months.map(({ month, week }) => (
        <text key={month} className={css.month} x={gutter + week * pitch} y={10} aria-hidden="true">
          {formatDay(month, language, { month: 'short' })}
        </text>
      ))}
      {year.days.map((day) => (
        <Square
          key={day.date}
          date={day.date}
          state={day.coverage.state}
          suspect={day.coverage.suspect}
          x={gutter + day.week * pitch}
          y={top + day.weekday * pitch}
          chosen={day.date === chosen}
          stop={day.date === stop}
        />
      ))}
    </g>
  )
}

type SquareProps = { date: string; state: CoverageDay['state']; suspect: boolean; x: number; y: number; chosen: boolean; stop: boolean }

const Square = memo(function Square({ date, state, suspect, x, y, chosen, stop }: SquareProps) {
  const { words } = useLanguage()
  const label = `${date}: ${words.coverage.state[state]}${suspect ? `, ${words.coverage.suspect}` : ''}`
  return (
    <rect className={css[state]} role="option" aria-selected={chosen} aria-label={label} tabIndex={stop ? 0 : -1} data-date={date} data-state={state} data-suspect={suspect || undefined} x={x} y={y} width={cell} height={cell} rx={2.5}>
      <title>{label}</title>
    </rect>
  )
})
