import type { ReactNode } from 'react'
import { useWords } from '../words/Language'
import { Button } from './Button'
import { useRows } from './useRows'
import css from './VirtualRows.module.css'

type Props<Row> = {
  label: string
  rows: Row[]
  keyOf: (row: Row) => string
  estimate: number
  more: (() => void) | undefined
  loading: boolean
  className?: string | undefined
  children: (row: Row) => ReactNode
}

// A list of which only what the window shows is drawn; `more` is called when its end comes near.
export function VirtualRows<Row>({ label, rows, keyOf, estimate, more, loading, className, children }: Props<Row>) {
  const { box, virtualizer } = useRows<HTMLUListElement>({ count: rows.length, estimate, keyOf: (index) => keyOf(rows[index] as Row), more, loading })
  return (
    <div className={className}>
      <ul ref={box} className={css.rows} aria-label={label} style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map((item) => (
          <li
            key={item.key}
            ref={virtualizer.measureElement}
            data-index={item.index}
            aria-posinset={item.index + 1}
            aria-setsize={more ? -1 : rows.length}
            style={{ transform: `translateY(${item.start - virtualizer.options.scrollMargin}px)` }}
          >
            {children(rows[item.index] as Row)}
          </li>
        ))}
      </ul>
      {more && <More onMore={more} loading={loading} />}
    </div>
  )
}

// The next page comes by itself; for those who get here first.
export function More({ onMore, loading }: { onMore: () => void; loading: boolean }) {
  const words = useWords()
  return (
    <div className={css.more}>
      <Button busy={loading} onClick={onMore}>
        {words.common.loadMore}
      </Button>
    </div>
  )
}
