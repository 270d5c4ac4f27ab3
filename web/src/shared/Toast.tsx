import { createContext, useCallback, useContext, useEffect, useState, type ReactNode } from 'react'
import { isProblem } from '../api/problem'
import { useWords } from '../words/Language'
import { Icon } from './Icon'
import css from './Toast.module.css'

type Toast = { text: string; failed: boolean; number: number }

const shownMs = 5_000
const ToastContext = createContext<(text: string, failed?: boolean) => void>(() => {})

// Says once, in a corner, what an action came to.
export function ToastProvider({ children }: { children: ReactNode }) {
  const [toast, setToast] = useState<Toast | null>(null)
  const show = useCallback((text: string, failed = false) => setToast((last) => ({ text, failed, number: (last?.number ?? 0) + 1 })), [])
  useEffect(() => {
    if (!toast) return
    const timer = setTimeout(() => setToast(null), shownMs)
    return () => clearTimeout(timer)
  }, [toast])
  return (
    <ToastContext value={show}>
      {children}
      <div className={css.corner} role="status">
        {toast && (
          <div key={toast.number} className={`${css.toast} ${toast.failed ? css.failed : ''}`}>
            <Icon name={toast.failed ? 'warning' : 'check'} />
            {toast.text}
          </div>
        )}
      </div>
    </ToastContext>
  )
}

export const useToast = () => useContext(ToastContext)

// Tells a refusal in the server's own words, which say what to do.
export function useRefusalToast() {
  const words = useWords()
  const show = useToast()
  return (error: unknown) => show(isProblem(error) && error.message ? error.message : words.problem.unreachable, true)
}
