import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import type { JobStatus } from '../api/types'
import { Button, ButtonLink } from '../shared/Button'
import { Icon } from '../shared/Icon'
import { PageHead, Panel } from '../shared/Panel'
import { navigate, useSearch } from '../shared/router'
import { Segmented } from '../shared/Segmented'
import { Empty, ProblemBanner, Skeleton } from '../shared/states'
import { mayAct, session } from '../sign-in/session'
import { useWords } from '../words/Language'
import { JobTable } from './JobTable'
import { ForAll } from './ForAll'
import { jobs, type JobFilter } from './queries'
import { SummaryTiles } from './SummaryTiles'
import { inReadingOrder } from './order'
import css from './JobsPage.module.css'

const statuses: JobStatus[] = ['running', 'pending', 'completed', 'partial', 'failed', 'cancelled']

export function JobsPage() {
  const words = useWords()
  const who = useQuery(session).data
  const [chosen, choose] = useSearch('status')
  const [search, look] = useSearch('search')
  const status = statuses.find((each) => each === chosen)
  const filter = { ...(status ? { status } : {}), ...(search ? { search } : {}) }
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
        <div className={css.filters}>
        <Segmented
          label={words.jobs.filter}
          name="status"
          value={status ?? 'all'}
          options={[{ value: 'all', label: words.common.all }, ...statuses.map((value) => ({ value, label: words.jobStatus[value] }))]}
          onChange={(value) => choose(value === 'all' ? null : value)}
        />
        <input
          className={css.search}
          type="search"
          aria-label={words.jobs.search}
          placeholder={words.jobs.search}
          maxLength={100}
          value={search ?? ''}
          onChange={(event) => look(event.target.value || null)}
        />
        {mayAct(who) && <ForAll filter={filter} />}
        </div>
        <Panel title={words.jobs.title} untitled>
          <JobList filter={filter} add={add} onShowAll={() => navigate('/')} />
        </Panel>
      </div>
    </>
  )
}

function JobList({ filter, add, onShowAll }: { filter: JobFilter; add: React.ReactNode; onShowAll: () => void }) {
  const words = useWords()
  const list = useInfiniteQuery(jobs.list(filter))
  if (list.isPending) return <Skeleton rows={6} />
  if (list.data === undefined) return <ProblemBanner error={list.error} onRetry={() => void list.refetch()} />
  const all = inReadingOrder(list.data.pages.flatMap((page) => page.jobs))
  if (all.length === 0 && Object.keys(filter).length > 0) {
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
