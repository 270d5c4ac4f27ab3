import { useEffect, useRef, useState } from 'react'
import css from './SearchField.module.css'

const typingMs = 250
const longest = 100

// What is looked for: passed on when the typing pauses, so that a word is one question and not one a letter.
export function SearchField({ label, value, onSearch }: { label: string; value: string | null; onSearch: (value: string | null) => void }) {
  const [text, setText] = useState(value ?? '')
  const passed = useRef(value ?? '')
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  // Changed from outside: another link, or "show all".
  if (passed.current !== (value ?? '')) {
    passed.current = value ?? ''
    setText(value ?? '')
  }
  const type = (next: string) => {
    setText(next)
    clearTimeout(timer.current)
    timer.current = setTimeout(() => {
      passed.current = next.trim()
      onSearch(next.trim() || null)
    }, typingMs)
  }
  return <input className={css.search} type="search" aria-label={label} placeholder={label} maxLength={longest} value={text} onChange={(event) => type(event.target.value)} />
}

// One of a few that are not worth the room of buttons; the first option is "all".
export function Select<Value extends string>(props: { label: string; value: Value | undefined; options: { value: Value; label: string }[]; onChange: (value: Value | null) => void }) {
  return (
    <select className={css.select} aria-label={props.label} value={props.value ?? ''} onChange={(event) => props.onChange((event.target.value || null) as Value | null)}>
      <option value="">{props.label}</option>
      {props.options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.label}
        </option>
      ))}
    </select>
  )
}
