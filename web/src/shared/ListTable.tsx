import type { ReactNode } from 'react'
import css from './ListTable.module.css'
import { VirtualBody, placedRow, type Placed } from './VirtualBody'

// `width`: its share of a long table, which can't go by rows that are not drawn.
export type Column<Row> = { name: string; label: string; cell: (row: Row) => ReactNode; number?: boolean; dim?: boolean; width?: string }
type Props<Row> = { columns: Column<Row>[]; rows: Row[]; keyOf: (row: Row) => string }

// A longer table draws the rows that the window shows, and its columns keep their widths whichever these are.
const drawnWhole = 100
const rowHeight = 44

// A plain table of rows. Roles are spelled out because on a phone each row is laid out as a card of names and values.
export function ListTable<Row>({ columns, rows, keyOf }: Props<Row>) {
  const long = rows.length > drawnWhole
  return (
    <table role="table" className={`${css.table} ${long ? css.long : ''}`} aria-rowcount={long ? rows.length + 1 : undefined}>
      <thead role="rowgroup">
        <tr role="row" aria-rowindex={long ? 1 : undefined}>
          {columns.map((column) => (
            <th key={column.name} role="columnheader" scope="col" className={column.number ? css.number : undefined} style={long && column.width ? { width: column.width } : undefined}>
              {column.label || <span className="visually-hidden">–</span>}
            </th>
          ))}
        </tr>
      </thead>
      {long ? (
        <VirtualBody rows={rows} keyOf={keyOf} estimate={rowHeight} columns={columns.length}>
          {(row, placed) => <ListRow key={keyOf(row)} row={row} columns={columns} placed={placed} />}
        </VirtualBody>
      ) : (
        <tbody role="rowgroup">
          {rows.map((row) => (
            <ListRow key={keyOf(row)} row={row} columns={columns} />
          ))}
        </tbody>
      )}
    </table>
  )
}

function ListRow<Row>({ row, columns, placed }: { row: Row; columns: Column<Row>[]; placed?: Placed }) {
  return (
    <tr role="row" {...(placed && placedRow(placed))}>
      {columns.map((column) => (
        <td key={column.name} role="cell" className={`${column.number ? css.number : ''} ${column.dim ? css.dim : ''}`} data-label={column.label || undefined}>
          {column.cell(row)}
        </td>
      ))}
    </tr>
  )
}
