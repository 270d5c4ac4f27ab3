import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { CoverageDay } from '../api/types'
import { Button } from '../shared/Button'
import { Notice } from '../shared/states'
import { mayAct, session } from '../sign-in/session'
import { useWords } from '../words/Language'
import { ConfirmDialog } from './ConfirmDialog'
import type { HistoryRange } from './queries'
import { useHistoryActions } from './useHistoryActions'

// Days that an undoing keeps as they are, and letting them be collected again.
export function PinnedDays({ range, days }: { range: HistoryRange; days: CoverageDay[] }) {
  const w = useWords().restatements
  const who = useQuery(session).data
  const { release } = useHistoryActions(range)
  const [asking, ask] = useState(false)
  const pinned = days.filter((day) => day.pinned_at !== null).map((day) => day.date)
  if (pinned.length === 0) return null
  const button = mayAct(who) && (
    <Button small onClick={() => ask(true)}>
      {w.release}
    </Button>
  )
  return (
    <>
      <Notice tone="amber" title={w.pinned(pinned.length)} note={w.pinnedNote} action={button}>
        <p>{pinned.length > 3 ? `${pinned[0]} – ${pinned.at(-1)}` : pinned.join(', ')}</p>
      </Notice>
      {asking && (
        <ConfirmDialog title={w.releaseTitle(pinned.length)} hint={w.releaseHint} confirm={w.release} busy={release.isPending} onConfirm={() => release.mutate(undefined, { onSettled: () => ask(false) })} onClose={() => ask(false)} />
      )}
    </>
  )
}
