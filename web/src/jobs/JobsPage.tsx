import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import type { JobStatus } from '../api/types'
import { Button, ButtonLink } from '../shared/Button'
import { Icon } from '../shared/Icon'
import { PageHead, Panel } from '../shared/Panel'
import { useSearch } from '../shared/router'
import { Segmented } from '../shared/Segmented'
import { Empty, ProblemBanner, Skeleton } from '../shared/states'
import { mayAct, session } from '../sign-in/session'
import { useWords } from '../words/Language'
import { JobTable } from './JobTable'
import { jobs } from './queries'
import { SummaryTiles } from './SummaryTiles'
import { inReadingOrder } from './order'
import css from './JobsPage.module.css'

const statuses: JobStatus[] = ['running', 'pending', 'completed', 'partial', 'failed', 'cancelled']

export function JobsPage() {
  const words = useWords()
  const who = useQuery(session).data
  const [chosen, choose] = useSearch('status')
  const status = statuses.find((each) => each === chosen)
  const add = mayAct(who) && (
    <ButtonLink kind="primary" href="/integrations/new">
      <Icon name="plus" />
      {words.integrations.add}
    </ButtonLink>
  )
  return (
    <>
      <PageHead title={words.jobs.title} note={words.jobs.intro} actions={add} />
      <SummaryTiles />
      <div className={css.list}>
        <Segmented
          label={words.jobs.filter}
          name="status"
          value={status ?? 'all'}
          options={[{ value: 'all', label: words.common.all }, ...statuses.map((value) => ({ value, label: words.jobStatus[value] }))]}
          onChange={(value) => choose(value === 'all' ? null : value)}
        />
        <Panel title={words.jobs.title} untitled>
          <JobList status={status} add={add} onShowAll={() => choose(null)} />
        </Panel>
      </div>
    </>
  )
}

function JobList({ status, add, onShowAll }: { status: JobStatus | undefined; add: React.ReactNode; onShowAll: () => void }) {
  const words = useWords()
  const list = useInfiniteQuery(jobs.list(status ? { status } : {}))
  if (list.isPending) return <Skeleton rows={6} />
  if (list.data === undefined) return <ProblemBanner error={list.error} onRetry={() => void list.refetch()} />
  const all = inReadingOrder(list.data.pages.flatMap((page) => page.jobs))
  if (all.length === 0 && status) {
    return (
      <Empty title={words.jobs.emptyFiltered}>
        <Button onClick={onShowAll}>{words.jobs.showAll}</Button>
      </Empty>
    )
  }
  if (all.length === 0) {
    return (
      <Empty title={words.jobs.empty} hint={words.jobs.emptyHint}>
        {add}
      </Empty>
    )
  }
  return (
    <>
      <JobTable jobs={all} />
      {list.hasNextPage && (
        <div className={css.more}>
          <Button busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            {words.common.loadMore}
          </Button>
        </div>
      )}
    </>
  )
}
