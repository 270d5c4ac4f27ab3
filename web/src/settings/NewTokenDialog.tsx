import { useState, type FormEvent } from 'react'
import { isProblem } from '../api/problem'
import type { NewToken } from '../api/types'
import { Button } from '../shared/Button'
import { addDays, today } from '../shared/day'
import { Dialog, DialogActions } from '../shared/Dialog'
import { Field } from '../shared/Field'
import { useWords } from '../words/Language'
import { useSaid } from '../words/useSaid'
import css from './Settings.module.css'
import type { useTokenActions } from './useTokenActions'

const roles = ['viewer', 'operator', 'admin'] as const
const lives = [0, 30, 90, 365]

// First a form; then the token, which is shown this once.
export function NewTokenDialog({ create, onClose }: { create: ReturnType<typeof useTokenActions>['create']; onClose: () => void }) {
  const words = useWords()
  const said = useSaid()
  const [made, setMade] = useState<string | null>(null)
  if (made !== null) return <MadeToken token={made} onClose={onClose} />
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    create.mutate(read(new FormData(event.currentTarget)), { onSuccess: ({ token }) => setMade(token) })
  }
  const wrong = (field: string) => said.field(create.error, field)
  const notOwn = isProblem(create.error) && create.error.status === 403 ? said.problem(create.error) : undefined
  return (
    <Dialog title={words.settings.add} onClose={onClose}>
      <form className={css.form} onSubmit={submit}>
        <Field label={words.settings.name} hint={words.settings.nameHint} error={wrong('name')}>
          {(props) => <input {...props} name="name" required autoFocus autoComplete="off" maxLength={200} />}
        </Field>
        <Field label={words.settings.role} hint={words.settings.roleHint} error={wrong('role')}>
          {(props) => (
            <select {...props} name="role">
              {roles.map((role) => (
                <option key={role} value={role}>
                  {words.account.role[role]}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field label={words.settings.advertisers} hint={words.settings.advertisersHint} error={wrong('advertisers') ?? notOwn}>
          {(props) => <input {...props} name="advertisers" autoComplete="off" />}
        </Field>
        <Field label={words.settings.expires} error={wrong('expires_at')}>
          {(props) => (
            <select {...props} name="days" defaultValue="90">
              {lives.map((days) => (
                <option key={days} value={days}>
                  {days === 0 ? words.settings.never : words.settings.inDays(days)}
                </option>
              ))}
            </select>
          )}
        </Field>
        <DialogActions>
          <Button onClick={onClose}>{words.common.cancel}</Button>
          <Button kind="primary" type="submit" busy={create.isPending}>
            {words.settings.create}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  )
}

function read(form: FormData): NewToken {
  const names = String(form.get('advertisers')).split(',').map((name) => name.trim()).filter(Boolean)
  const days = Number(form.get('days'))
  return {
    name: String(form.get('name')).trim(),
    role: String(form.get('role')) as NewToken['role'],
    advertisers: names.length > 0 ? names : null,
    ...(days > 0 ? { expires_at: `${addDays(today(), days)}T23:59:59Z` } : {}),
  }
}

function MadeToken({ token, onClose }: { token: string; onClose: () => void }) {
  const words = useWords()
  const [copied, setCopied] = useState(false)
  const copy = async () => {
    await navigator.clipboard.writeText(token)
    setCopied(true)
  }
  return (
    <Dialog title={words.settings.made} onClose={onClose}>
      <p>{words.settings.madeHint}</p>
      <code className={css.token} data-testid="new-token">
        {token}
      </code>
      <DialogActions>
        <Button onClick={() => void copy()}>{copied ? words.settings.copied : words.settings.copy}</Button>
        <Button kind="primary" onClick={onClose}>
          {words.common.close}
        </Button>
      </DialogActions>
    </Dialog>
  )
}
