import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { CollectionType, JobMode, JobStatus } from '../api/types'
import { Button, ButtonLink } from '../shared/Button'
import { Icon } from '../shared/Icon'
import { PageHead, Panel } from '../shared/Panel'
import { navigate, useSearch } from '../shared/router'
import { SearchField, Select } from '../shared/SearchField'
import { Segmented } from '../shared/Segmented'
import { Empty, ProblemBanner, Skeleton } from '../shared/states'
import { mayAct, session } from '../sign-in/session'
import { useWords } from '../words/Language'
import { ForAll } from './ForAll'
import { JobTable } from './JobTable'
import css from './JobsPage.module.css'
import { inReadingOrder } from './order'
import { jobs, type JobFilter } from './queries'

const statuses: JobStatus[] = ['running', 'pending', 'completed', 'partial', 'failed', 'cancelled']
const types: CollectionType[] = ['ads', 'demographics', 'creatives']
const modes: JobMode[] = ['initial', 'daily', 'manual']

export function JobsPage() {
  const words = useWords()
  const who = useQuery(session).data
  const [chosen, choose] = useSearch('status')
  const [chosenType, chooseType] = useSearch('type')
  const [chosenMode, chooseMode] = useSearch('mode')
  const [search, look] = useSearch('search')
  const status = statuses.find((each) => each === chosen)
  const type = types.find((each) => each === chosenType)
  const mode = modes.find((each) => each === chosenMode)
  const filter = { ...(status ? { status } : {}), ...(type ? { type } : {}), ...(mode ? { mode } : {}), ...(search ? { search } : {}) }
  const add = mayAct(who) && (
    <ButtonLink kind="primary" href="/integrations/new">
      <Icon name="plus" />
      {words.integrations.add}
    </ButtonLink>
  )
  return (
    <>
      <PageHead title={words.jobs.title} note={words.jobs.intro} actions={add} />
      <div className={css.list}>
        <div className={css.filters}>
          <Segmented
            label={words.jobs.filter}
            name="status"
            value={status ?? 'all'}
            options={[{ value: 'all', label: words.common.all }, ...statuses.map((value) => ({ value, label: words.jobStatus[value] }))]}
            onChange={(value) => choose(value === 'all' ? null : value)}
          />
          <Select label={words.jobs.everyType} value={type} options={types.map((value) => ({ value, label: words.type[value] }))} onChange={chooseType} />
          <Select label={words.jobs.everyMode} value={mode} options={modes.map((value) => ({ value, label: words.mode[value] }))} onChange={chooseMode} />
          <SearchField label={words.jobs.search} value={search} onSearch={look} />
          {mayAct(who) && <ForAll filter={filter} />}
        </div>
        <Panel title={words.jobs.title} untitled>
          <JobList filter={filter} add={add} onShowAll={() => navigate('/jobs')} />
        </Panel>
      </div>
    </>
  )
}

function JobList({ filter, add, onShowAll }: { filter: JobFilter; add: React.ReactNode; onShowAll: () => void }) {
  const words = useWords()
  const list = useInfiniteQuery({ ...jobs.list(filter), placeholderData: keepPreviousData })
  const all = useMemo(() => list.data && inReadingOrder(list.data.pages.flatMap((page) => page.jobs)), [list.data])
  if (list.isPending) return <Skeleton rows={6} />
  if (all === undefined) return <ProblemBanner error={list.error} onRetry={() => void list.refetch()} />
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
  return <JobTable jobs={all} more={list.hasNextPage ? () => void list.fetchNextPage() : undefined} loading={list.isFetchingNextPage} />
}
