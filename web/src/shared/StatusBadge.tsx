import css from './StatusBadge.module.css'

export type Tone = 'waiting' | 'active' | 'good' | 'partial' | 'bad' | 'off'

const tones: Record<string, Tone> = {
  pending: 'waiting',
  running: 'active',
  processing: 'active',
  collecting: 'active',
  completed: 'good',
  success: 'good',
  partial: 'partial',
  needs_auth: 'partial',
  failed: 'bad',
  error: 'bad',
  cancelled: 'off',
  paused: 'off',
}

export function StatusBadge({ status, label }: { status: string; label: string }) {
  return (
    <span className={`${css.badge} ${css[tones[status] ?? 'waiting']}`} data-status={status}>
      <i aria-hidden="true" />
      {label}
    </span>
  )
}
