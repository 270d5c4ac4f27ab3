import { useQuery } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import type { CollectionType } from '../api/types'
import { Button } from '../shared/Button'
import { daysBetween, formatRange } from '../shared/day'
import { Dialog, DialogActions } from '../shared/Dialog'
import { Check } from '../shared/Field'
import { Notice, Skeleton } from '../shared/states'
import { useLanguage } from '../words/Language'
import { useSaid } from '../words/useSaid'
import { AgainPreview } from './AgainPreview'
import css from './CollectAgainDialog.module.css'
import { priceOfAgain } from './queries'
import type { Range } from './selection'
import { useCollectAgain } from './useCollectAgain'

// Those that have days.
const types: CollectionType[] = ['ads', 'demographics']

type Props = { integrationId: string; type: CollectionType; range: Range; onClose: () => void; onStarted: () => void }

// What is to be collected again, what that will run, and the button that starts it. Starting does not wait for the preview: a
// large account is looked at for up to a minute.
export function CollectAgainDialog({ integrationId, type, range, onClose, onStarted }: Props) {
  const { language, words } = useLanguage()
  const w = words.coverage.again
  const [chosen, choose] = useState<CollectionType[]>([type])
  const said = useSaid()
  const start = useCollectAgain(integrationId)
  const request = { ...range, types: chosen }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    start.mutate(request, { onSuccess: onStarted })
  }
  const toggle = (which: CollectionType, on: boolean) => choose(types.filter((each) => (each === which ? on : chosen.includes(each))))
  return (
    <Dialog title={w.title} onClose={onClose}>
      <form onSubmit={submit}>
        <p className={css.range}>
          <strong>{formatRange(range.since, range.until, language)}</strong> {words.job.days(daysBetween(range.since, range.until))}
        </p>
        <fieldset className="plain">
          <legend className="visually-hidden">{w.types}</legend>
          <div className={css.types}>
            {types.map((each) => (
              <Check key={each} name="types" value={each} label={words.type[each]} defaultChecked={each === type} onChange={(on) => toggle(each, on)} />
            ))}
          </div>
        </fieldset>
        {chosen.length === 0 ? <p className={css.none}>{words.request.atLeastOne}</p> : <Preview key={chosen.join()} integrationId={integrationId} request={request} />}
        {start.error && (
          <Notice tone="red" title={words.problem.refused}>
            <p>{said.problem(start.error)}</p>
          </Notice>
        )}
        <DialogActions>
          <Button onClick={onClose}>{words.common.cancel}</Button>
          <Button kind="primary" type="submit" busy={start.isPending} disabled={chosen.length === 0}>
            {w.start}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  )
}

function Preview({ integrationId, request }: { integrationId: string; request: Range & { types: CollectionType[] } }) {
  const { words } = useLanguage()
  const said = useSaid()
  const w = words.coverage.again
  const price = useQuery(priceOfAgain(integrationId, request))
  if (price.data) return <AgainPreview estimate={price.data} />
  if (price.error) {
    return (
      <Notice tone="red" title={w.unknown} action={<Button small onClick={() => void price.refetch()}>{words.problem.retry}</Button>}>
        <p>{said.problem(price.error)}</p>
      </Notice>
    )
  }
  return (
    <div className={css.looking}>
      <p>{w.looking}</p>
      <Skeleton rows={2} height={22} />
    </div>
  )
}
