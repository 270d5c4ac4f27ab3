import type { ReactNode } from 'react'
import { useRows } from './useRows'
import css from './VirtualRows.module.css'

// Where a row stands, and what its height is told to; one by one, so that a memoised row sees that nothing has changed.
export type Placed = { index: number; measure: (row: Element | null) => void }
export const placedRow = ({ index, measure }: Placed) => ({ ref: measure, 'data-index': index, 'aria-rowindex': index + 2 })

type Props<Row> = {
  rows: Row[]
  keyOf: (row: Row) => string
  estimate: number
  columns: number
  more?: (() => void) | undefined
  loading?: boolean
  children: (row: Row, placed: Placed) => ReactNode
}

// The body of a table of which only the rows that the window shows are drawn; empty rows hold the place of the others.
export function VirtualBody<Row>({ rows, keyOf, estimate, columns, more, loading = false, children }: Props<Row>) {
  const { box, virtualizer } = useRows<HTMLTableSectionElement>({ count: rows.length, estimate, keyOf: (index) => keyOf(rows[index] as Row), more, loading })
  const items = virtualizer.getVirtualItems()
  const margin = virtualizer.options.scrollMargin
  const above = (items[0]?.start ?? margin) - margin
  const below = virtualizer.getTotalSize() + margin - (items.at(-1)?.end ?? margin)
  return (
    <tbody role="rowgroup" ref={box}>
      <Space height={above} columns={columns} />
      {items.map((item) => children(rows[item.index] as Row, { index: item.index, measure: virtualizer.measureElement }))}
      <Space height={below} columns={columns} />
    </tbody>
  )
}

function Space({ height, columns }: { height: number; columns: number }) {
  if (height <= 0) return null
  return (
    <tr role="presentation" className={css.space} style={{ height }}>
      <td role="presentation" colSpan={columns} />
    </tr>
  )
}
