import { infiniteQueryOptions, useInfiniteQuery } from '@tanstack/react-query'
import { answer, api } from '../api/client'
import type { AuditEntry } from '../api/types'
import { Button } from '../shared/Button'
import { ListTable, type Column } from '../shared/ListTable'
import { PageHead, Panel } from '../shared/Panel'
import { Link } from '../shared/router'
import { Empty, ProblemBanner, Skeleton } from '../shared/states'
import { Time } from '../shared/Time'
import { useWords } from '../words/Language'
import type { Words } from '../words/en'

const audit = infiniteQueryOptions({
  queryKey: ['audit'],
  queryFn: ({ pageParam, signal }) => answer(api.GET('/v1/audit', { params: { query: pageParam ? { cursor: pageParam } : {} }, signal })),
  initialPageParam: '',
  getNextPageParam: (page) => page.next_cursor,
})

export function AuditPage() {
  const words = useWords()
  const list = useInfiniteQuery(audit)
  const entries = list.data?.pages.flatMap((page) => page.audit)
  const column = words.audit.column
  const columns: Column<AuditEntry>[] = [
    { name: 'what', label: column.what, cell: (entry) => wordFor(words, entry.what) },
    { name: 'who', label: column.who, cell: (entry) => entry.who || words.audit.nobody },
    { name: 'subject', label: column.subject, cell: (entry) => <Subject entry={entry} /> },
    { name: 'at', label: column.at, dim: true, cell: (entry) => <Time at={entry.at} /> },
  ]
  return (
    <>
      <PageHead title={words.audit.title} note={words.audit.intro} />
      <Panel title={words.audit.title} untitled>
        {list.isPending ? (
          <Skeleton rows={8} />
        ) : entries === undefined ? (
          <ProblemBanner error={list.error} onRetry={() => void list.refetch()} />
        ) : entries.length === 0 ? (
          <Empty title={words.audit.empty} />
        ) : (
          <ListTable columns={columns} rows={entries} keyOf={(entry) => entry.id} />
        )}
        {list.hasNextPage && (
          <div className="more">
            <Button busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
              {words.common.loadMore}
            </Button>
          </div>
        )}
      </Panel>
    </>
  )
}

// A verb that this monitor does not know yet is shown as the server calls it.
function wordFor(words: Words, what: string) {
  return (words.audit.what as Record<string, string>)[what] ?? what
}

// Where the subject of such an entry is to be seen.
const pages: Record<string, string> = { job: 'jobs', integration: 'integrations', credentials: 'integrations', days: 'integrations' }

function Subject({ entry }: { entry: AuditEntry }) {
  const [section = ''] = entry.what.split('.')
  const page = pages[section]
  const gone = entry.what === 'integration.remove' || entry.what === 'integration.purge'
  const [id = ''] = entry.subject.split(' ') // an undoing names its attempt too
  if (!page || gone || !/^[0-9a-f-]{36}$/.test(id)) return <>{entry.subject}</>
  return (
    <Link href={`/${page}/${id}`}>
      <code>{id.slice(0, 8)}</code>
    </Link>
  )
}
