import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { AlertChannel } from '../api/types'
import { Button } from '../shared/Button'
import { Dialog, DialogActions } from '../shared/Dialog'
import { Icon } from '../shared/Icon'
import { ListTable, type Column } from '../shared/ListTable'
import { Panel } from '../shared/Panel'
import { Empty, ProblemBanner, Skeleton } from '../shared/states'
import { Time } from '../shared/Time'
import { useWords } from '../words/Language'
import { useSaid } from '../words/useSaid'
import { NewChannelDialog } from './NewChannelDialog'
import { channels } from './queries'
import { useChannelActions } from './useChannelActions'

// Who is told; for admins.
export function ChannelsPanel() {
  const words = useWords()
  const actions = useChannelActions()
  const list = useInfiniteQuery(channels)
  const [adding, add] = useState(false)
  const [ending, end] = useState<AlertChannel | null>(null)
  const all = list.data?.pages.flatMap((page) => page.alert_channels)
  const open = () => {
    actions.create.reset()
    add(true)
  }
  return (
    <>
      <Panel
        title={words.alerts.channels}
        actions={
          <Button small onClick={open}>
            <Icon name="plus" />
            {words.alerts.add}
          </Button>
        }
      >
        {list.isPending ? (
          <Skeleton rows={2} />
        ) : all === undefined ? (
          <ProblemBanner error={list.error} onRetry={() => void list.refetch()} />
        ) : all.length === 0 ? (
          <Empty title={words.alerts.noChannels} hint={words.alerts.noChannelsHint} />
        ) : (
          <ChannelTable channels={all} onRemove={end} />
        )}
        {list.hasNextPage && (
          <div className="more">
            <Button busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
              {words.common.loadMore}
            </Button>
          </div>
        )}
      </Panel>
      {adding && <NewChannelDialog create={actions.create} onClose={() => add(false)} />}
      {ending && (
        <Dialog title={words.alerts.removeTitle(ending.target)} onClose={() => end(null)}>
          <DialogActions>
            <Button onClick={() => end(null)}>{words.common.cancel}</Button>
            <Button kind="danger" busy={actions.remove.isPending} onClick={() => actions.remove.mutate(ending.id, { onSettled: () => end(null) })}>
              {words.alerts.remove}
            </Button>
          </DialogActions>
        </Dialog>
      )}
    </>
  )
}

function ChannelTable({ channels: rows, onRemove }: { channels: AlertChannel[]; onRemove: (channel: AlertChannel) => void }) {
  const words = useWords().alerts
  const said = useSaid()
  const all = useWords().settings.all
  const columns: Column<AlertChannel>[] = [
    { name: 'kind', label: words.column.kind, cell: (channel) => words.channelKind[channel.kind] },
    { name: 'target', label: words.column.target, cell: (channel) => channel.target },
    { name: 'advertisers', label: words.column.advertisers, cell: (channel) => channel.advertisers?.join(', ') ?? all },
    { name: 'delivered', label: words.column.delivered, dim: true, cell: (channel) => (channel.last_error && said.failure(channel.last_error)) ?? (channel.delivered_at ? <Time at={channel.delivered_at} relative /> : words.undelivered) },
    {
      name: 'action',
      label: '',
      number: true,
      cell: (channel) => (
        <Button small kind="quiet" aria-label={words.removeOne(channel.target)} onClick={() => onRemove(channel)}>
          {words.remove}
        </Button>
      ),
    },
  ]
  return <ListTable columns={columns} rows={rows} keyOf={(channel) => channel.id} />
}
