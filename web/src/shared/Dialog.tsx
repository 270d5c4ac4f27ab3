import { useEffect, useId, useRef, type ReactNode } from 'react'
import { useWords } from '../words/Language'
import { IconButton } from './Button'
import css from './Dialog.module.css'
import { Icon } from './Icon'

// The browser's own modal dialog: it keeps the focus inside, closes by Escape and gives the focus back.
export function Dialog({ title, onClose, children }: { title: string; onClose: () => void; children: ReactNode }) {
  const words = useWords()
  const element = useRef<HTMLDialogElement>(null)
  const id = useId()
  useEffect(() => {
    const dialog = element.current
    dialog?.showModal()
    return () => dialog?.close()
  }, [])
  return (
    <dialog ref={element} className={css.dialog} aria-labelledby={id} onCancel={onClose} onClick={(event) => event.target === element.current && onClose()}>
      <div className={css.body}>
        <header>
          <h2 id={id}>{title}</h2>
          <IconButton label={words.common.close} onClick={onClose}>
            <Icon name="close" />
          </IconButton>
        </header>
        {children}
      </div>
    </dialog>
  )
}

export function DialogActions({ children }: { children: ReactNode }) {
  return <footer className={css.actions}>{children}</footer>
}
