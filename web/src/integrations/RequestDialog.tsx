import { useState, type FormEvent } from 'react'
import type { CollectionType } from '../api/types'
import { Button } from '../shared/Button'
import { addDays, today } from '../shared/day'
import { Dialog, DialogActions } from '../shared/Dialog'
import { Check, Field } from '../shared/Field'
import { Notice } from '../shared/states'
import { useWords } from '../words/Language'
import { useSaid } from '../words/useSaid'
import css from './AddIntegration.module.css'
import type { useIntegrationActions } from './useIntegrationActions'

const types: CollectionType[] = ['ads', 'demographics', 'creatives']

export function RequestDialog({ request, onClose }: { request: ReturnType<typeof useIntegrationActions>['request']; onClose: () => void }) {
  const words = useWords()
  const [nothingChosen, setNothingChosen] = useState(false)
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const chosen = types.filter((type) => form.getAll('types').includes(type))
    setNothingChosen(chosen.length === 0)
    if (chosen.length === 0) return
    request.mutate(
      { since: String(form.get('since')), until: String(form.get('until')), types: chosen, newest_first: form.has('newest_first') },
      { onSuccess: onClose },
    )
  }
  const said = useSaid()
  const wrong = (field: string) => said.field(request.error, field)
  const typesError = nothingChosen ? words.request.atLeastOne : wrong('types')
  const elsewhere = request.error !== null && !['since', 'until', 'types'].some(wrong)
  return (
    <Dialog title={words.request.title} onClose={onClose}>
      <form onSubmit={submit}>
        {elsewhere && (
          <Notice tone="red" title={words.problem.refused}>
            <p>{said.problem(request.error)}</p>
          </Notice>
        )}
        <div className={css.dates}>
          <Field label={words.request.since} error={wrong('since')}>
            {(props) => <input {...props} name="since" type="date" required defaultValue={addDays(today(), -730)} />}
          </Field>
          <Field label={words.request.until} error={wrong('until')}>
            {(props) => <input {...props} name="until" type="date" required defaultValue={addDays(today(), -1)} />}
          </Field>
        </div>
        <fieldset className="plain">
          <legend>{words.request.types}</legend>
          {types.map((type) => (
            <Check key={type} name="types" value={type} label={words.type[type]} defaultChecked />
          ))}
          {typesError && (
            <p className={css.error} role="alert">
              {typesError}
            </p>
          )}
        </fieldset>
        <Check name="newest_first" label={words.request.newestFirst} hint={words.request.newestFirstHint} />
        <DialogActions>
          <Button onClick={onClose}>{words.common.cancel}</Button>
          <Button kind="primary" type="submit" busy={request.isPending}>
            {words.request.submit}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  )
}
