import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Token } from '../api/types'
import { Button } from '../shared/Button'
import { Dialog, DialogActions } from '../shared/Dialog'
import { Icon } from '../shared/Icon'
import { ListTable, type Column } from '../shared/ListTable'
import { PageHead, Panel } from '../shared/Panel'
import { ProblemBanner, Skeleton } from '../shared/states'
import { Time } from '../shared/Time'
import { useWords } from '../words/Language'
import { NewTokenDialog } from './NewTokenDialog'
import { tokens } from './queries'
import { useTokenActions } from './useTokenActions'

export function SettingsPage() {
  const words = useWords()
  const actions = useTokenActions()
  const list = useInfiniteQuery(tokens)
  const [adding, add] = useState(false)
  const [ending, end] = useState<Token | null>(null)
  const all = list.data?.pages.flatMap((page) => page.tokens)
  const open = () => {
    actions.create.reset()
    add(true)
  }
  return (
    <>
      <PageHead
        title={words.settings.title}
        note={words.settings.intro}
        actions={
          <Button kind="primary" onClick={open}>
            <Icon name="plus" />
            {words.settings.add}
          </Button>
        }
      />
      <Panel title={words.settings.tokens} untitled>
        {list.isPending ? <Skeleton rows={4} /> : all === undefined ? <ProblemBanner error={list.error} onRetry={() => void list.refetch()} /> : <TokenTable tokens={all} onRevoke={end} />}
        {list.hasNextPage && (
          <div className="more">
            <Button busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
              {words.common.loadMore}
            </Button>
          </div>
        )}
      </Panel>
      {adding && <NewTokenDialog create={actions.create} onClose={() => add(false)} />}
      {ending && (
        <Dialog title={words.settings.revokeTitle(ending.name)} onClose={() => end(null)}>
          <p>{words.settings.revokeHint}</p>
          <DialogActions>
            <Button onClick={() => end(null)}>{words.common.cancel}</Button>
            <Button kind="danger" busy={actions.revoke.isPending} onClick={() => actions.revoke.mutate(ending.id, { onSettled: () => end(null) })}>
              {words.settings.revoke}
            </Button>
          </DialogActions>
        </Dialog>
      )}
    </>
  )
}

function TokenTable({ tokens: rows, onRevoke }: { tokens: Token[]; onRevoke: (token: Token) => void }) {
  const words = useWords()
  const column = words.settings.column
  const columns: Column<Token>[] = [
    { name: 'name', label: column.name, cell: (token) => token.name },
    { name: 'role', label: column.role, cell: (token) => words.account.role[token.role] },
    { name: 'advertisers', label: column.advertisers, cell: (token) => token.advertisers?.join(', ') ?? words.settings.all },
    { name: 'expires', label: column.expires, dim: true, cell: (token) => (token.expires_at ? <Time at={token.expires_at} /> : words.settings.never) },
    { name: 'used', label: column.used, dim: true, cell: (token) => (token.last_used_at ? <Time at={token.last_used_at} relative /> : words.settings.unused) },
    {
      name: 'action',
      label: '',
      number: true,
      cell: (token) => (
        <Button small kind="quiet" aria-label={words.settings.revokeOne(token.name)} onClick={() => onRevoke(token)}>
          {words.settings.revoke}
        </Button>
      ),
    },
  ]
  return <ListTable columns={columns} rows={rows} keyOf={(token) => token.id} />
}
