import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { answer, api } from '../api/client'
import { isProblem } from '../api/problem'
import { Button } from '../shared/Button'
import { addDays, today } from '../shared/day'
import { Field } from '../shared/Field'
import { PageHead } from '../shared/Panel'
import { Link, navigate } from '../shared/router'
import { Segmented } from '../shared/Segmented'
import { Notice } from '../shared/states'
import { useWords } from '../words/Language'
import css from './AddIntegration.module.css'

type History = 'twoYears' | 'ninetyDays' | 'custom' | 'later'
const histories: History[] = ['twoYears', 'ninetyDays', 'custom', 'later']
const daysOf = { twoYears: 730, ninetyDays: 90 }
const shownAtFields = ['advertiser', 'account_id', 'credentials.access_token', 'initial.since', 'initial.until']

function rangeOf(history: History, form: FormData) {
  if (history === 'later') return null
  if (history === 'custom') return { since: String(form.get('since')), until: String(form.get('until')) }
  // The last whole day is yesterday.
  return { since: addDays(today(), -daysOf[history]), until: addDays(today(), -1) }
}

export function AddIntegration() {
  const words = useWords()
  const client = useQueryClient()
  const [history, choose] = useState<History>('twoYears')
  const add = useMutation({
    mutationFn: (form: FormData) =>
      answer(
        api.POST('/v1/integrations', {
          body: {
            advertiser: String(form.get('advertiser')).trim(),
            source: 'meta',
            account_id: String(form.get('account_id')).trim(),
            credentials: { access_token: String(form.get('access_token')).trim() },
            initial: rangeOf(history, form),
          },
        }),
      ),
    onSuccess: async ({ integration_id }) => {
      await Promise.all([['integrations'], ['jobs'], ['queue']].map((queryKey) => client.invalidateQueries({ queryKey })))
      navigate(history === 'later' ? `/integrations/${integration_id}` : '/')
    },
  })
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    add.mutate(new FormData(event.currentTarget))
  }
  const wrong = (field: string) => (isProblem(add.error) ? add.error.field(field) : undefined)
  const crumbs = <Link href="/integrations">{words.integrations.title}</Link>
  return (
    <div className={css.page}>
      <PageHead crumbs={crumbs} title={words.add.title} note={words.add.intro} />
      <form className={css.form} onSubmit={submit}>
        <Refusal error={add.error} />
        <Field label={words.add.advertiser} hint={words.add.advertiserHint} error={wrong('advertiser')}>
          {(props) => <input {...props} name="advertiser" required autoComplete="organization" />}
        </Field>
        <Field label={words.add.accountId} hint={words.add.accountIdHint} error={wrong('account_id')}>
          {(props) => <input {...props} name="account_id" required placeholder="act_1234567890" autoComplete="off" spellCheck={false} />}
        </Field>
        <Field label={words.add.token} hint={words.add.tokenHint} error={wrong('credentials.access_token') ?? wrong('credentials')}>
          {(props) => <input {...props} name="access_token" type="password" required autoComplete="off" spellCheck={false} />}
        </Field>
        <div className={css.history}>
          <h3>{words.add.history}</h3>
          <Segmented label={words.add.history} name="history" value={history} options={histories.map((value) => ({ value, label: words.add[value] }))} onChange={choose} />
          {history === 'later' && <p className={css.hint}>{words.add.laterHint}</p>}
          {history === 'custom' ? (
            <div className={css.dates}>
              <Field label={words.request.since} error={wrong('initial.since')}>
                {(props) => <input {...props} name="since" type="date" required defaultValue={addDays(today(), -730)} />}
              </Field>
              <Field label={words.request.until} error={wrong('initial.until')}>
                {(props) => <input {...props} name="until" type="date" required defaultValue={addDays(today(), -1)} />}
              </Field>
            </div>
          ) : (
            (wrong('initial.since') ?? wrong('initial.until')) && (
              <p className={css.error} role="alert">
                {wrong('initial.since') ?? wrong('initial.until')}
              </p>
            )
          )}
        </div>
        <div>
          <Button kind="primary" type="submit" busy={add.isPending}>
            {add.isPending ? words.add.verifying : history === 'later' ? words.add.submitLater : words.add.submit}
          </Button>
        </div>
      </form>
    </div>
  )
}

// What no field shows: the account is there already, the platform does not answer, and the like.
function Refusal({ error }: { error: unknown }) {
  const words = useWords()
  if (error === null || (isProblem(error) && error.problem.errors?.some(({ field }) => shownAtFields.includes(field)))) return null
  if (isProblem(error) && error.status === 409 && error.problem.integration_id) {
    return (
      <Notice tone="amber" title={words.add.exists}>
        <Link className={css.link} href={`/integrations/${error.problem.integration_id}`}>
          {words.add.open}
        </Link>
      </Notice>
    )
  }
  return (
    <Notice tone="red" title={words.problem.refused}>
      <p>{isProblem(error) && error.message ? error.message : words.problem.unreachable}</p>
    </Notice>
  )
}
