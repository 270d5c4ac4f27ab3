import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { answer, api } from '../api/client'
import type { AccountOffer } from '../api/types'
import { Button } from '../shared/Button'
import { Panel } from '../shared/Panel'
import { useRefusalToast } from '../shared/Toast'
import { mayAct, session } from '../sign-in/session'
import { useWords } from '../words/Language'
import { OfferDialog } from './OfferDialog'
import css from './OffersPanel.module.css'
import { offers } from './queries'

const shownAtFirst = 5

// Accounts that a stored token has come to see: an agency's new client, before anybody thinks of adding it. Nothing where
// there are none.
export function OffersPanel() {
  const words = useWords().offers
  const may = mayAct(useQuery(session).data)
  const all = useQuery({ ...offers, enabled: may }).data?.offers ?? []
  const [showAll, setShowAll] = useState(false)
  if (!may || all.length === 0) return null
  return (
    <div className={css.panel}>
      <Panel title={words.title(all.length)} note={words.note} flush>
        <ul className={css.list}>
          {(showAll ? all : all.slice(0, shownAtFirst)).map((offer) => (
            <li key={`${offer.source} ${offer.account_id}`}>
              <Offer offer={offer} />
            </li>
          ))}
        </ul>
        {all.length > shownAtFirst && !showAll && (
          <div className={css.more}>
            <Button small kind="quiet" onClick={() => setShowAll(true)}>
              {words.showAll(all.length)}
            </Button>
          </div>
        )}
      </Panel>
    </div>
  )
}

function Offer({ offer }: { offer: AccountOffer }) {
  const words = useWords()
  const client = useQueryClient()
  const refused = useRefusalToast()
  const [adding, setAdding] = useState(false)
  const dismiss = useMutation({
    mutationFn: () => answer(api.POST('/v1/account-offers/dismiss', { body: { source: offer.source, account_id: offer.account_id } })),
    onError: refused,
    onSettled: () => client.invalidateQueries({ queryKey: offers.queryKey }),
  })
  const name = offer.name || offer.account_id
  return (
    <div className={css.offer} data-offer={offer.account_id}>
      <span>
        <strong>{name}</strong>
        <small>
          {words.source[offer.source]} · {offer.account_id} · {offer.currency} · {offer.time_zone} · {words.offers.seenBy(offer.advertiser)}
        </small>
      </span>
      <span className={css.actions}>
        <Button small kind="primary" onClick={() => setAdding(true)} aria-label={words.offers.addNamed(name)}>
          {words.offers.add}
        </Button>
        <Button small kind="quiet" busy={dismiss.isPending} onClick={() => dismiss.mutate()} aria-label={words.offers.dismissNamed(name)}>
          {words.offers.dismiss}
        </Button>
      </span>
      {adding && <OfferDialog offer={offer} onClose={() => setAdding(false)} />}
    </div>
  )
}
