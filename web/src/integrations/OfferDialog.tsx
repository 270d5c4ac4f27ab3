import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { answer, api } from '../api/client'
import type { AccountOffer } from '../api/types'
import { Button } from '../shared/Button'
import { Dialog, DialogActions } from '../shared/Dialog'
import { Field } from '../shared/Field'
import { Notice } from '../shared/states'
import { useToast } from '../shared/Toast'
import { useWords } from '../words/Language'
import { useSaid } from '../words/useSaid'
import forms from './AddIntegration.module.css'
import { HistoryChoice, rangeOf, type History } from './HistoryChoice'

// Adds an offered account with the stored token that sees it: nothing is to be pasted.
export function OfferDialog({ offer, onClose }: { offer: AccountOffer; onClose: () => void }) {
  const words = useWords()
  const client = useQueryClient()
  const toast = useToast()
  const [history, chooseHistory] = useState<History>('twoYears')
  const add = useMutation({
    mutationFn: (form: FormData) => {
      const { source, account_id, credentials_of } = offer
      const body = { advertiser: String(form.get('advertiser')).trim(), source, account_id, credentials_of, initial: rangeOf(history, form) }
      return answer(api.POST('/v1/integrations', { body }))
    },
    onSuccess: () => {
      toast(words.add.added)
      onClose()
    },
    onSettled: () => Promise.all([['integrations'], ['jobs'], ['queue'], ['freshness'], ['overview']].map((queryKey) => client.invalidateQueries({ queryKey }))),
  })
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    add.mutate(new FormData(event.currentTarget))
  }
  const said = useSaid()
  const wrong = (field: string) => said.field(add.error, field)
  const elsewhere = add.error !== null && !['advertiser', 'initial.since', 'initial.until'].some(wrong)
  return (
    <Dialog title={words.offers.addNamed(offer.name || offer.account_id)} onClose={onClose}>
      <form className={forms.form} onSubmit={submit}>
        {elsewhere && (
          <Notice tone="red" title={words.problem.refused}>
            <p>{said.problem(add.error)}</p>
          </Notice>
        )}
        <Field label={words.add.advertiser} hint={words.offers.tokenOf(offer.advertiser)} error={wrong('advertiser')}>
          {(props) => <input {...props} name="advertiser" required autoComplete="organization" defaultValue={offer.advertiser} />}
        </Field>
        <HistoryChoice history={history} onChoose={chooseHistory} wrong={wrong} />
        <DialogActions>
          <Button onClick={onClose}>{words.common.cancel}</Button>
          <Button kind="primary" type="submit" busy={add.isPending}>
            {add.isPending ? words.add.verifying : words.offers.add}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  )
}
