import { useMutation } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { answer, api } from '../api/client'
import type { ListedAccount } from '../api/types'
import { Button, ButtonLink } from '../shared/Button'
import { Field } from '../shared/Field'
import { Link } from '../shared/router'
import { Empty, Notice } from '../shared/states'
import { useWords } from '../words/Language'
import { useSaid } from '../words/useSaid'
import forms from './AddIntegration.module.css'
import css from './AddSeveral.module.css'
import { HistoryChoice, rangeOf, type History } from './HistoryChoice'
import { PriceTag } from './PriceTag'
import { useAddSeveral, type Added } from './useAddSeveral'
import { usePrice } from './usePrice'

const mostPriced = 20 // each is some twenty calls of the platform

type Found = { advertiser: string; token: string; accounts: ListedAccount[] }

// First the token, then a choice among the accounts that it sees.
export function AddSeveral() {
  const words = useWords()
  const said = useSaid()
  const find = useMutation({
    mutationFn: async (form: FormData): Promise<Found> => {
      const token = String(form.get('access_token')).trim()
      const { accounts } = await answer(api.POST('/v1/integrations/accounts', { body: { source: 'meta', credentials: { access_token: token } } }))
      return { advertiser: String(form.get('advertiser')).trim(), token, accounts }
    },
  })
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    find.mutate(new FormData(event.currentTarget))
  }
  if (find.data) return <Choice found={find.data} onBack={find.reset} />
  const atToken = said.field(find.error, 'credentials.access_token') ?? said.field(find.error, 'credentials')
  return (
    <form className={forms.form} onSubmit={submit}>
      {find.error !== null && !atToken && (
        <Notice tone="red" title={words.problem.refused}>
          <p>{said.problem(find.error)}</p>
        </Notice>
      )}
      <Field label={words.add.advertiser} hint={words.add.advertiserHint}>
        {(props) => <input {...props} name="advertiser" required autoComplete="organization" />}
      </Field>
      <Field label={words.add.token} hint={words.add.tokenHint} error={atToken}>
        {(props) => <input {...props} name="access_token" type="password" required autoComplete="off" spellCheck={false} />}
      </Field>
      <div>
        <Button kind="primary" type="submit" busy={find.isPending}>
          {find.isPending ? words.add.verifying : words.add.find}
        </Button>
      </div>
    </form>
  )
}

function Choice({ found, onBack }: { found: Found; onBack: () => void }) {
  const words = useWords()
  const { add, results, busy } = useAddSeveral()
  const free = found.accounts.filter((account) => account.integration_id === null)
  const [chosen, choose] = useState(() => new Set(free.map((account) => account.account_id)))
  const [history, chooseHistory] = useState<History>('twoYears')
  const open = free.map((account) => account.account_id).filter((id) => chosen.has(id) && results[id]?.state !== 'added')
  const done = Object.values(results).some(({ state }) => state === 'added') && !busy
  const toggle = (id: string) => choose((known) => new Set(known.has(id) ? [...known].filter((each) => each !== id) : [...known, id]))
  const price = usePrice()
  const said = useSaid()
  const chooseAllOrNone = () => {
    price.reset()
    choose(new Set(chosen.size < free.length ? free.map((account) => account.account_id) : []))
  }
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const asked = { advertiser: found.advertiser, token: found.token, accounts: open, initial: rangeOf(history, new FormData(event.currentTarget)) }
    const submitter = (event.nativeEvent as SubmitEvent).submitter
    if (submitter instanceof HTMLButtonElement && submitter.name === 'price') price.mutate(asked)
    else void add(asked)
  }
  if (found.accounts.length === 0) {
    return (
      <Empty title={words.add.noAccounts} hint={words.add.noAccountsHint}>
        <Button onClick={onBack}>{words.add.otherToken}</Button>
      </Empty>
    )
  }
  return (
    <form className={forms.form} onSubmit={submit} onChange={() => price.reset()}>
      <div className={css.head}>
        <h3>{words.add.foundAccounts(found.accounts.length)}</h3>
        {free.length > 1 && (
          <Button small kind="quiet" onClick={chooseAllOrNone}>
            {chosen.size < free.length ? words.add.chooseAll : words.add.chooseNone}
          </Button>
        )}
      </div>
      <ul className={css.list}>
        {found.accounts.map((account) => (
          <li key={account.account_id}>
            <AccountLine account={account} result={results[account.account_id]} checked={chosen.has(account.account_id)} disabled={busy} onToggle={() => toggle(account.account_id)} />
          </li>
        ))}
      </ul>
      <HistoryChoice history={history} onChoose={chooseHistory} />
      {price.data && <PriceTag price={price.data} />}
      {price.error !== null && (
        <Notice tone="red" title={words.problem.refused}>
          <p>{said.problem(price.error)}</p>
        </Notice>
      )}
      <div className={css.actions}>
        {(open.length > 0 || !done) && (
          <Button kind="primary" type="submit" busy={busy} disabled={open.length === 0}>
            {words.add.addSeveral(open.length)}
          </Button>
        )}
        {history !== 'later' && open.length > 0 && !done && (
          <Button type="submit" name="price" busy={price.isPending} disabled={open.length > mostPriced} title={open.length > mostPriced ? words.add.priceTooMany(mostPriced) : undefined}>
            {price.isPending ? words.add.pricing : words.add.price}
          </Button>
        )}
        {done ? <ButtonLink kind={open.length > 0 ? 'plain' : 'primary'} href="/">{words.add.watch}</ButtonLink> : <Button onClick={onBack}>{words.add.otherToken}</Button>}
      </div>
    </form>
  )
}

type LineProps = { account: ListedAccount; result: Added | undefined; checked: boolean; disabled: boolean; onToggle: () => void }

function AccountLine({ account, result, checked, disabled, onToggle }: LineProps) {
  const words = useWords()
  const there = account.integration_id ?? (result?.state === 'added' ? result.id : null)
  return (
    <label className={css.account}>
      <input type="checkbox" checked={checked && account.integration_id === null} disabled={disabled || there !== null} onChange={onToggle} />
      <span>
        <strong>{account.name || account.account_id}</strong>
        <small>
          {account.account_id} · {account.currency} · {account.time_zone}
        </small>
      </span>
      <span className={css.state}>
        {result?.state === 'adding' && words.add.adding}
        {result?.state === 'added' && <span className={css.added}>{words.add.added}</span>}
        {account.integration_id !== null && <Link href={`/integrations/${account.integration_id}`}>{words.add.there}</Link>}
      </span>
      {result?.state === 'refused' && (
        <span className={css.refused} role="alert">
          {result.why}
        </span>
      )}
    </label>
  )
}
