import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { answer, api } from '../api/client'
import { isProblem } from '../api/problem'
import { Button } from '../shared/Button'
import { Field } from '../shared/Field'
import { PageHead } from '../shared/Panel'
import { Link, navigate, useSearch } from '../shared/router'
import { Segmented } from '../shared/Segmented'
import { Notice } from '../shared/states'
import { useWords } from '../words/Language'
import { useSaid } from '../words/useSaid'
import css from './AddIntegration.module.css'
import { AddSeveral } from './AddSeveral'
import { HistoryChoice, rangeOf, type History } from './HistoryChoice'
import { PriceTag } from './PriceTag'
import { usePrice } from './usePrice'

const shownAtFields = ['advertiser', 'account_id', 'credentials', 'credentials.access_token', 'initial.since', 'initial.until']

export function AddIntegration() {
  const words = useWords()
  const [chosen, choose] = useSearch('accounts')
  const several = chosen === 'several'
  const options = [
    { value: 'one' as const, label: words.add.one },
    { value: 'several' as const, label: words.add.several },
  ]
  const crumbs = <Link href="/integrations">{words.integrations.title}</Link>
  return (
    <div className={css.page}>
      <PageHead crumbs={crumbs} title={words.add.title} note={words.add.intro} />
      <div>
        <Segmented label={words.add.howMany} name="accounts" value={several ? 'several' : 'one'} options={options} onChange={(value) => choose(value === 'one' ? null : value)} />
      </div>
      {several ? <AddSeveral /> : <AddOne />}
    </div>
  )
}

// What the form says.
function askedFor(history: History, element: HTMLFormElement) {
  const form = new FormData(element)
  const text = (name: string) => String(form.get(name)).trim()
  return { advertiser: text('advertiser'), account: text('account_id'), token: text('access_token'), initial: rangeOf(history, form) }
}

function AddOne() {
  const words = useWords()
  const client = useQueryClient()
  const [history, choose] = useState<History>('twoYears')
  const add = useMutation({
    mutationFn: ({ advertiser, account, token, initial }: ReturnType<typeof askedFor>) =>
      answer(api.POST('/v1/integrations', { body: { advertiser, source: 'meta', account_id: account, credentials: { access_token: token }, initial } })),
    onSuccess: async ({ integration_id }) => {
      await Promise.all([['integrations'], ['jobs'], ['queue']].map((queryKey) => client.invalidateQueries({ queryKey })))
      navigate(history === 'later' ? `/integrations/${integration_id}` : '/jobs')
    },
  })
  const price = usePrice()
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const asked = askedFor(history, event.currentTarget)
    const submitter = (event.nativeEvent as SubmitEvent).submitter
    if (submitter instanceof HTMLButtonElement && submitter.name === 'price') {
      add.reset()
      price.mutate({ ...asked, accounts: [asked.account] })
    } else {
      price.reset()
      add.mutate(asked)
    }
  }
  const error = add.error ?? price.error
  const said = useSaid()
  const wrong = (field: string) => said.field(error, field)
  return (
    <form className={css.form} onSubmit={submit} onChange={() => price.reset()}>
      <Refusal error={error} />
      <Field label={words.add.advertiser} hint={words.add.advertiserHint} error={wrong('advertiser')}>
        {(props) => <input {...props} name="advertiser" required autoComplete="organization" />}
      </Field>
      <Field label={words.add.accountId} hint={words.add.accountIdHint} error={wrong('account_id')}>
        {(props) => <input {...props} name="account_id" required placeholder="act_1234567890" autoComplete="off" spellCheck={false} />}
      </Field>
      <Field label={words.add.token} hint={words.add.tokenHint} error={wrong('credentials.access_token') ?? wrong('credentials')}>
        {(props) => <input {...props} name="access_token" type="password" required autoComplete="off" spellCheck={false} />}
      </Field>
      <HistoryChoice history={history} onChoose={choose} wrong={wrong} />
      {price.data && <PriceTag price={price.data} />}
      <div className={css.actions}>
        <Button kind="primary" type="submit" busy={add.isPending}>
          {add.isPending ? words.add.verifying : history === 'later' ? words.add.submitLater : words.add.submit}
        </Button>
        {history !== 'later' && (
          <Button type="submit" name="price" busy={price.isPending}>
            {price.isPending ? words.add.pricing : words.add.price}
          </Button>
        )}
      </div>
    </form>
  )
}

// What no field shows: the account is there already, the platform does not answer, and the like.
function Refusal({ error }: { error: unknown }) {
  const words = useWords()
  const said = useSaid()
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
      <p>{said.problem(error)}</p>
    </Notice>
  )
}
