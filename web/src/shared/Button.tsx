import type { ButtonHTMLAttributes } from 'react'
import css from './Button.module.css'
import { Link } from './router'

type Kind = 'primary' | 'plain' | 'quiet' | 'danger'
type Props = ButtonHTMLAttributes<HTMLButtonElement> & { kind?: Kind; busy?: boolean; small?: boolean }

export function Button({ kind = 'plain', busy = false, small = false, type = 'button', disabled, children, ...rest }: Props) {
  return (
    <button {...rest} type={type} disabled={disabled || busy} aria-busy={busy} className={`${css.button} ${css[kind]} ${small ? css.small : ''}`}>
      {busy && <span className={css.spinner} />}
      {children}
    </button>
  )
}

export function ButtonLink({ kind = 'plain', href, children }: { kind?: Kind; href: string; children: React.ReactNode }) {
  return (
    <Link href={href} className={`${css.button} ${css[kind]}`}>
      {children}
    </Link>
  )
}

export function IconButton({ label, children, ...rest }: ButtonHTMLAttributes<HTMLButtonElement> & { label: string }) {
  return (
    <button type="button" {...rest} className={css.icon} aria-label={label} title={label}>
      {children}
    </button>
  )
}
