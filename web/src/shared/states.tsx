// The three states of a view that has no data to show: still loading, nothing there, and could not.
import type { ReactNode } from 'react'
import { isProblem } from '../api/problem'
import { useWords } from '../words/Language'
import { useSaid } from '../words/useSaid'
import { Button } from './Button'
import { Icon } from './Icon'
import css from './states.module.css'

export function Skeleton({ rows = 4, height = 44 }: { rows?: number; height?: number }) {
  const words = useWords()
  return (
    <div className={css.skeleton} role="status" aria-label={words.common.loading}>
      {Array.from({ length: rows }, (_, row) => (
        <i key={row} style={{ height }} />
      ))}
    </div>
  )
}

export function Empty({ title, hint, children }: { title: string; hint?: string | undefined; children?: ReactNode }) {
  return (
    <div className={css.empty}>
      <h3>{title}</h3>
      {hint && <p>{hint}</p>}
      {children}
    </div>
  )
}

export function ProblemBanner({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const words = useWords()
  const said = useSaid()
  if (isProblem(error) && error.status === 404) return <Empty title={words.problem.notFound} hint={words.problem.notFoundHint} />
  return (
    <div className={css.problem} role="alert">
      <Icon name="warning" />
      <div>
        <strong>{words.problem.title}</strong>
        <p>{said.problem(error)}</p>
      </div>
      {onRetry && (
        <Button small onClick={onRetry}>
          {words.problem.retry}
        </Button>
      )}
    </div>
  )
}

type NoticeProps = { tone: 'amber' | 'red'; title: string; note?: string; children?: ReactNode; action?: ReactNode }

export function Notice({ tone, title, note, children, action }: NoticeProps) {
  return (
    <div className={`${css.problem} ${tone === 'amber' ? css.amber : ''}`} role="status">
      <Icon name={tone === 'amber' ? 'clock' : 'warning'} />
      <div>
        <strong>{title}</strong>
        {note && <small>{note}</small>}
        {children}
      </div>
      {action}
    </div>
  )
}
