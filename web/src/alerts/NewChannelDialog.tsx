import { useState, type FormEvent } from 'react'
import { isProblem } from '../api/problem'
import type { NewAlertChannel } from '../api/types'
import { Button } from '../shared/Button'
import { Dialog, DialogActions } from '../shared/Dialog'
import { Field } from '../shared/Field'
import { useWords } from '../words/Language'
import { useSaid } from '../words/useSaid'
import type { useChannelActions } from './useChannelActions'

const kinds = ['slack', 'webhook', 'email'] as const

// First a form; then, for a webhook, the secret of its signatures, shown this once.
export function NewChannelDialog({ create, onClose }: { create: ReturnType<typeof useChannelActions>['create']; onClose: () => void }) {
  const words = useWords()
  const said = useSaid()
  const [secret, setSecret] = useState<string | null>(null)
  if (secret !== null) {
    return (
      <Dialog title={words.alerts.secret} onClose={onClose}>
        <p>{words.alerts.secretHint}</p>
        <code data-testid="new-secret">{secret}</code>
        <DialogActions>
          <Button kind="primary" onClick={onClose}>
            {words.common.close}
          </Button>
        </DialogActions>
      </Dialog>
    )
  }
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    create.mutate(read(new FormData(event.currentTarget)), { onSuccess: (made) => (made.secret ? setSecret(made.secret) : onClose()) })
  }
  const wrong = (field: string) => said.field(create.error, field)
  const notOwn = isProblem(create.error) && create.error.status === 403 ? said.problem(create.error) : undefined
  return (
    <Dialog title={words.alerts.add} onClose={onClose}>
      <form style={{ display: 'grid', gap: 16 }} onSubmit={submit}>
        <Field label={words.alerts.column.kind} error={wrong('kind')}>
          {(props) => (
            <select {...props} name="kind">
              {kinds.map((kind) => (
                <option key={kind} value={kind}>
                  {words.alerts.channelKind[kind]}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field label={words.alerts.column.target} hint={words.alerts.targetHint} error={wrong('target')}>
          {(props) => <input {...props} name="target" required autoFocus autoComplete="off" maxLength={2000} />}
        </Field>
        <Field label={words.alerts.column.advertisers} hint={words.alerts.advertisersHint} error={wrong('advertisers') ?? notOwn}>
          {(props) => <input {...props} name="advertisers" autoComplete="off" />}
        </Field>
        <DialogActions>
          <Button onClick={onClose}>{words.common.cancel}</Button>
          <Button kind="primary" type="submit" busy={create.isPending}>
            {words.common.save}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  )
}

function read(form: FormData): NewAlertChannel {
  const names = String(form.get('advertisers')).split(',').map((name) => name.trim()).filter(Boolean)
  return {
    kind: String(form.get('kind')) as NewAlertChannel['kind'],
    target: String(form.get('target')).trim(),
    advertisers: names.length > 0 ? names : null,
  }
}
