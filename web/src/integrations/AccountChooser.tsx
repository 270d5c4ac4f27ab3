import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react'
import type { Integration } from '../api/types'
import { formatCount } from '../shared/money'
import { useLanguage } from '../words/Language'
import css from './AccountChooser.module.css'
import { nextPlace } from './accountPlaces'
import { integrations } from './queries'

const typingMs = 200
const longest = 100

// `every`: none has to be chosen.
type Props = { label: string; value: string | null; every?: boolean; onChoose: (id: string | null) => void }

export const nameOf = (account: Pick<Integration, 'advertiser' | 'account_name' | 'account_id'>) => `${account.advertiser} · ${account.account_name || account.account_id}`

// One account of any number: what is typed is looked for at the server. A combo box as the ARIA practices describe it:
// the focus stays in the input, the arrow keys walk through the list.
export function AccountChooser({ label, value, every = false, onChoose }: Props) {
  const { words } = useLanguage()
  const w = words.accountChooser
  const id = useId()
  const [text, type] = useState<string | null>(null) // null: closed, and the chosen account's name stands there
  const [place, walk] = useState(0)
  const search = useSettled((text ?? '').trim())
  const chosen = useQuery({ ...integrations.one(value ?? ''), enabled: value !== null }).data
  const list = useInfiniteQuery({ ...integrations.list(search ? { search } : {}), enabled: text !== null, placeholderData: keepPreviousData })
  const page = list.data?.pages[0]
  const options: (Integration | null)[] = [...(every && !search ? [null] : []), ...(page?.integrations ?? [])]
  const open = text !== null
  const shown = Math.min(place, Math.max(0, options.length - 1))
  const close = () => type(null)
  const pick = (option: Integration | null) => {
    onChoose(option?.id ?? null)
    close()
  }
  const name = value === null ? (every ? w.every : '') : chosen ? nameOf(chosen) : ''
  const press = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.nativeEvent.isComposing) return // the arrow keys and Enter belong to the input method of Korean
    if (event.key === 'Escape' && open) {
      event.preventDefault()
      close()
    } else if (event.key === 'Enter' && open) {
      event.preventDefault()
      const option = options[shown]
      if (option !== undefined) pick(option)
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      if (!open) type('')
      else walk(nextPlace(shown, options.length, event.key))
    }
  }
  return (
    <div className={css.chooser}>
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        role="combobox"
        aria-expanded={open}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={open && options.length > 0 ? `${id}-${shown}` : undefined}
        autoComplete="off"
        spellCheck={false}
        maxLength={longest}
        placeholder={open ? name || w.hint : w.one}
        title={w.hint}
        value={text ?? name}
        onClick={() => open || type('')}
        onFocus={(event) => event.currentTarget.select()}
        onChange={(event) => {
          type(event.target.value)
          walk(0)
        }}
        onKeyDown={press}
        onBlur={close}
      />
      {open && (
        <div className={css.popup} onMouseDown={(event) => event.preventDefault()}>
          <ul id={`${id}-list`} role="listbox" aria-label={label}>
            {options.map((option, index) => (
              <Option key={option?.id ?? ''} id={`${id}-${index}`} option={option} active={index === shown} chosen={(option?.id ?? null) === value} onPick={() => pick(option)} />
            ))}
          </ul>
          <Note shown={page?.integrations.length} more={page?.next_cursor != null} />
        </div>
      )}
    </div>
  )
}

type OptionProps = { id: string; option: Integration | null; active: boolean; chosen: boolean; onPick: () => void }

function Option({ id, option, active, chosen, onPick }: OptionProps) {
  const { words } = useLanguage()
  const box = useRef<HTMLLIElement>(null)
  useEffect(() => {
    if (active) box.current?.scrollIntoView({ block: 'nearest' })
  }, [active])
  return (
    <li ref={box} id={id} role="option" aria-selected={chosen} data-active={active || undefined} onClick={onPick}>
      {option === null ? (
        words.accountChooser.every
      ) : (
        <>
          <span>{nameOf(option)}</span> <small>{option.account_id}</small>
        </>
      )}
    </li>
  )
}

// What was found, for the eye and for a screen reader.
function Note({ shown, more }: { shown: number | undefined; more: boolean }) {
  const { language, words } = useLanguage()
  const w = words.accountChooser
  if (shown === undefined) return <p role="status">{words.common.loading}</p>
  const count = formatCount(shown, language)
  return <p role="status">{shown === 0 ? w.none : more ? w.more(count) : w.found(count)}</p>
}

// The text once the typing pauses: a word is one question, not one a letter.
function useSettled(text: string): string {
  const [settled, settle] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => settle(text), typingMs)
    return () => clearTimeout(timer)
  }, [text])
  return text === '' ? text : settled
}
