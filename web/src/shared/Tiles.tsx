import type { ReactNode } from 'react'
import css from './Tiles.module.css'
import { Link } from './router'

export function Tiles({ children }: { children: ReactNode }) {
  return <div className={css.tiles}>{children}</div>
}

type Tone = 'good' | 'amber' | 'red'

// A figure with its name and what it is of. `href`: where its things are listed.
export function Tile({ name, value, hint, tone, href, children }: { name: string; value: ReactNode; hint: ReactNode; tone?: Tone | undefined; href?: string; children?: ReactNode }) {
  const inside = (
    <>
      <h2>{name}</h2>
      <p>{value}</p>
      {children}
      <small>{hint}</small>
    </>
  )
  const look = `${css.tile} ${tone ? css[tone] : ''}`
  return href ? (
    <Link href={href} className={`${look} ${css.link}`}>
      {inside}
    </Link>
  ) : (
    <div className={look}>{inside}</div>
  )
}
