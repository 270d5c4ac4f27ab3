import { memo, useLayoutEffect, useRef, type KeyboardEvent, type MouseEvent } from 'react'
import type { CoverageDay } from '../api/types'
import { formatDay } from '../shared/day'
import { formatCount } from '../shared/money'
import { useLanguage } from '../words/Language'
import { layOut, neighbour, type CalendarYear } from './calendar'
import css from './Calendar.module.css'
import { choose, isIn, rangeOf, type Range, type Selection } from './selection'
import { useDragging } from './useDragging'

const cell = 11
const pitch = 14
const gap = (pitch - cell) / 2
const gutter = 44
const top = 18
const weeks = 54
const yearHeight = top + 7 * pitch + 10

type Props = {
  days: CoverageDay[]
  selection: Selection | null
  tapping: boolean // the second of two clicks ends the selection, as a click with Shift does
  onSelect: (selection: Selection | null) => void
}

const dateOf = (target: EventTarget) => (target instanceof SVGElement ? target.dataset.date : undefined)

// One square a day. A list box with one tab stop; the arrow keys walk through the days, with Shift they select on the way.
export function Calendar({ days, selection, tapping, onSelect }: Props) {
  const { language, words } = useLanguage()
  const years = layOut(days)
  const first = days[0]?.date ?? ''
  const last = days.at(-1)?.date ?? ''
  const stop = selection?.head ?? last
  const dragging = useDragging(onSelect)
  const walk = (event: KeyboardEvent<SVGSVGElement>) => {
    if (event.key === 'Escape' && selection) onSelect(null)
    const next = neighbour(stop, event.key, first, last)
    if (next === null) return
    event.preventDefault()
    onSelect(choose(selection, next, event.shiftKey))
    event.currentTarget.querySelector<SVGElement>(`[data-date="${next}"]`)?.focus()
  }
  const click = (event: MouseEvent<SVGSVGElement>) => {
    const date = dateOf(event.target)
    if (!date || !dragging.isClick()) return
    const second = tapping && selection !== null && selection.anchor === selection.head
    onSelect(choose(selection, date, event.shiftKey || second))
  }
  const width = gutter + weeks * pitch
  // Where there is no room for a whole year, the newest days are the ones in sight.
  const scroller = useRef<HTMLDivElement>(null)
  const lastWeek = years[0]?.days.at(-1)?.week ?? 0
  useLayoutEffect(() => {
    const box = scroller.current
    if (box) box.scrollLeft = gutter + (lastWeek + 2) * pitch - box.clientWidth
  }, [lastWeek])
  const shown = dragging.shown ?? selection
  const range = shown && rangeOf(shown)
  return (
    <div ref={scroller} className={css.scroll}>
      <svg
        className={css.calendar}
        width={width}
        height={years.length * yearHeight}
        role="listbox"
        aria-multiselectable="true"
        aria-label={words.coverage.calendar(formatCount(days.length, language), first, last)}
        onKeyDown={walk}
        onClick={click}
        onPointerDown={(event) => dragging.press(event, dateOf(event.target))}
        onPointerMove={(event) => dragging.move(dateOf(event.target))}
      >
        {years.map((year, row) => (
          <Year key={year.year} year={year} y={row * yearHeight} range={range} stop={stop} />
        ))}
      </svg>
    </div>
  )
}

function Year({ year, y, range, stop }: { year: CalendarYear; y: number; range: Range | null; stop: string }) {
  const { language } = useLanguage()
  const several = range !== null && range.since !== range.until
  const place = ({ week, weekday }: { week: number; weekday: number }) => ({ x: gutter + week * pitch, y: top + weekday * pitch })
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
      {several && (
        <g className={css.band} aria-hidden="true">
          {year.days
            .filter(({ date }) => isIn(range, date))
            .map((day) => (
              <rect key={day.date} x={place(day).x - gap} y={place(day).y - gap} width={pitch} height={pitch} />
            ))}
        </g>
      )}
      {year.days.map((day) => (
        <Square
          key={day.date}
          date={day.date}
          state={day.coverage.state}
          suspect={day.coverage.suspect}
          pinned={day.coverage.pinned_at !== null}
          {...place(day)}
          selected={isIn(range, day.date)}
          alone={!several}
          stop={day.date === stop}
        />
      ))}
    </g>
  )
}

type SquareProps = { date: string; state: CoverageDay['state']; suspect: boolean; pinned: boolean; x: number; y: number; selected: boolean; alone: boolean; stop: boolean }

const Square = memo(function Square({ date, state, suspect, pinned, x, y, selected, alone, stop }: SquareProps) {
  const { words } = useLanguage()
  const marks = [suspect && words.coverage.suspect, pinned && words.coverage.pinnedDay].filter(Boolean)
  const label = `${date}: ${[words.coverage.state[state], ...marks].join(', ')}`
  return (
    <>
      <rect className={`${css.day} ${css[state]} ${selected && alone ? css.chosen : ''}`} role="option" aria-selected={selected} aria-label={label} tabIndex={stop ? 0 : -1} data-date={date} data-state={state} data-suspect={suspect || undefined} x={x} y={y} width={cell} height={cell} rx={2.5}>
        <title>{label}</title>
      </rect>
      {pinned && <circle className={css.pin} cx={x + cell / 2} cy={y + cell / 2} r={2} aria-hidden="true" />}
    </>
  )
})
