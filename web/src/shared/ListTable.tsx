import type { ReactNode } from 'react'
import css from './ListTable.module.css'

export type Column<Row> = { name: string; label: string; cell: (row: Row) => ReactNode; number?: boolean; dim?: boolean }

// A plain table of rows. Roles are spelled out because on a phone each row is laid out as a card of names and values.
export function ListTable<Row>({ columns, rows, keyOf }: { columns: Column<Row>[]; rows: Row[]; keyOf: (row: Row) => string }) {
  const look = (column: Column<Row>) => `${column.number ? css.number : ''} ${column.dim ? css.dim : ''}`
  return (
    <table role="table" className={css.table}>
      <thead role="rowgroup">
        <tr role="row">
          {columns.map((column) => (
            <th key={column.name} role="columnheader" scope="col" className={column.number ? css.number : undefined}>
              {column.label || <span className="visually-hidden">–</span>}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map((row) => (
          <tr key={keyOf(row)} role="row">
            {columns.map((column) => (
              <td key={column.name} role="cell" className={look(column)} data-label={column.label || undefined}>
                {column.cell(row)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
