import { useId, type ReactNode } from 'react'
import css from './Field.module.css'

type InputProps = { id: string; className: string | undefined; 'aria-invalid': boolean; 'aria-describedby': string | undefined }

// A labelled input with what helps to fill it in, or what is wrong with it.
export function Field(props: { label: string; hint?: string | undefined; error?: string | undefined; children: (input: InputProps) => ReactNode }) {
  const id = useId()
  const note = props.error ?? props.hint
  return (
    <div className={css.field}>
      <label htmlFor={id}>{props.label}</label>
      {props.children({ id, className: css.input, 'aria-invalid': props.error !== undefined, 'aria-describedby': note ? `${id}-note` : undefined })}
      {note && (
        <p id={`${id}-note`} className={props.error ? css.error : css.hint} role={props.error ? 'alert' : undefined}>
          {note}
        </p>
      )}
    </div>
  )
}

export function Check(props: { name: string; value?: string; label: string; hint?: string; defaultChecked?: boolean; onChange?: (checked: boolean) => void }) {
  return (
    <label className={css.check}>
      <input type="checkbox" name={props.name} value={props.value} defaultChecked={props.defaultChecked} onChange={(event) => props.onChange?.(event.target.checked)} />
      <span>
        {props.label}
        {props.hint && <small>{props.hint}</small>}
      </span>
    </label>
  )
}
