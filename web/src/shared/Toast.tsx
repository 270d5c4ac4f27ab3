import { createContext, useCallback, useContext, useEffect, useState, type ReactNode } from 'react'
import { useSaid } from '../words/useSaid'
import { Icon } from './Icon'
import { Link } from './router'
import css from './Toast.module.css'

type ToastLink = { href: string; label: string }
type Toast = { text: string; failed: boolean; link: ToastLink | undefined; number: number }

const shownMs = 5_000
const shownWithLinkMs = 12_000 // time to read it and to get there
const ToastContext = createContext<(text: string, failed?: boolean, link?: ToastLink) => void>(() => {})

// Says once, in a corner, what an action came to.
export function ToastProvider({ children }: { children: ReactNode }) {
  const [toast, setToast] = useState<Toast | null>(null)
  const show = useCallback((text: string, failed = false, link?: ToastLink) => setToast((last) => ({ text, failed, link, number: (last?.number ?? 0) + 1 })), [])
  useEffect(() => {
    if (!toast) return
    const timer = setTimeout(() => setToast(null), toast.link ? shownWithLinkMs : shownMs)
    return () => clearTimeout(timer)
  }, [toast])
  return (
    <ToastContext value={show}>
      {children}
      <div className={css.corner} role="status">
        {toast && (
          <div key={toast.number} className={`${css.toast} ${toast.failed ? css.failed : ''}`}>
            <Icon name={toast.failed ? 'warning' : 'check'} />
            <span>{toast.text}</span>
            {toast.link && (
              <Link href={toast.link.href} onClick={() => setToast(null)}>
                {toast.link.label}
              </Link>
            )}
          </div>
        )}
      </div>
    </ToastContext>
  )
}

export const useToast = () => useContext(ToastContext)

// Tells a refusal in the server's words, which say what to do.
export function useRefusalToast() {
  const said = useSaid()
  const show = useToast()
  return (error: unknown) => show(said.problem(error), true)
}
