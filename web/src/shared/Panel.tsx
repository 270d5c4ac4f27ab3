import { useId, type ReactNode } from 'react'
import css from './Panel.module.css'

type PanelProps = { title: string; note?: string | undefined; actions?: ReactNode; children: ReactNode; flush?: boolean; untitled?: boolean }

// `flush`: what is inside reaches the edges. `untitled`: the title is only told to screen readers.
export function Panel({ title, note, actions, children, flush = false, untitled = false }: PanelProps) {
  const id = useId()
  if (untitled) {
    return (
      <section className={css.panel} aria-label={title}>
        {children}
      </section>
    )
  }
  return (
    <section className={css.panel} aria-labelledby={id}>
      <header>
        <div>
          <h2 id={id}>{title}</h2>
          {note && <p>{note}</p>}
        </div>
        {actions}
      </header>
      <div className={flush ? undefined : css.inside}>{children}</div>
    </section>
  )
}

// What a page is about: where it stands, its name, and what can be done with it.
export function PageHead({ crumbs, title, note, actions }: { crumbs?: ReactNode; title: ReactNode; note?: ReactNode; actions?: ReactNode }) {
  return (
    <header className={css.head}>
      <div>
        {crumbs && <nav className={css.crumbs}>{crumbs}</nav>}
        <h1>{title}</h1>
        {note && <p>{note}</p>}
      </div>
      {actions && <div className={css.actions}>{actions}</div>}
    </header>
  )
}

// Pairs of a name and what it is.
export function Facts({ facts }: { facts: (readonly [string, ReactNode] | null)[] }) {
  return (
    <dl className={css.facts}>
      {facts
        .filter((fact) => fact !== null)
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  )
}
