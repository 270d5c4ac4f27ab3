import { useState } from 'react'
import { Button } from '../shared/Button'
import { Dialog, DialogActions } from '../shared/Dialog'
import { useWords } from '../words/Language'
import css from './JobsPage.module.css'
import type { JobFilter } from './queries'
import { useJobActions } from './useJobActions'

// Retry or cancel for every job that the filter finds, those not yet on the screen too.
export function ForAll({ filter }: { filter: JobFilter }) {
  const words = useWords()
  const actions = useJobActions()
  const [asking, ask] = useState<'retry' | 'cancel' | null>(null)
  const action = asking === 'cancel' ? actions.cancelJobs : actions.retryJobs
  const retries = filter.status === undefined || filter.status === 'failed' || filter.status === 'partial' || filter.status === 'cancelled'
  const cancels = filter.status === undefined || filter.status === 'running' || filter.status === 'pending'
  return (
    <div className={css.forAll}>
      {retries && (
        <Button small onClick={() => ask('retry')}>
          {words.jobs.retryAll}
        </Button>
      )}
      {cancels && (
        <Button small onClick={() => ask('cancel')}>
          {words.jobs.cancelAll}
        </Button>
      )}
      {asking && (
        <Dialog title={asking === 'cancel' ? words.jobs.cancelAllTitle : words.jobs.retryAllTitle} onClose={() => ask(null)}>
          <p>{words.jobs.forAllHint}</p>
          <DialogActions>
            <Button onClick={() => ask(null)}>{words.common.cancel}</Button>
            <Button kind={asking === 'cancel' ? 'danger' : 'primary'} busy={action.isPending} onClick={() => action.mutate(filter, { onSettled: () => ask(null) })}>
              {asking === 'cancel' ? words.jobs.cancelAll : words.jobs.retryAll}
            </Button>
          </DialogActions>
        </Dialog>
      )}
    </div>
  )
}
