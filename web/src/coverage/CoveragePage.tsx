import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import type { Integration } from '../api/types'
import { AccountChooser } from '../integrations/AccountChooser'
import { integrations } from '../integrations/queries'
import { PageHead } from '../shared/Panel'
import { ButtonLink } from '../shared/Button'
import { navigate, useSearch } from '../shared/router'
import { Empty, ProblemBanner, Skeleton } from '../shared/states'
import { useWords } from '../words/Language'
import css from './CoveragePage.module.css'
import { CoverageSection } from './CoverageSection'
import { HoleList } from './HoleList'

// One account's days: the calendar, and what is wrong with it as a list. The newest account until another is chosen.
export function CoveragePage() {
  const words = useWords()
  const [asked] = useSearch('account')
  const list = useInfiniteQuery(integrations.list({}))
  const account = asked ?? list.data?.pages[0]?.integrations[0]?.id ?? null
  // Another account has other days: what was chosen of the last one goes.
  const choose = (id: string | null) => navigate(`/coverage${id ? `?account=${id}` : ''}`, { replace: true })
  return (
    <>
      <PageHead title={words.coverage.title} note={words.holes.pageIntro} />
      {account ? (
        <>
          <div className={css.account}>
            <AccountChooser label={words.explore.account} value={account} onChoose={choose} />
          </div>
          <Account id={account} />
        </>
      ) : list.isPending ? (
        <Skeleton rows={4} height={72} />
      ) : list.data === undefined ? (
        <ProblemBanner error={list.error} onRetry={() => void list.refetch()} />
      ) : (
        <Empty title={words.integrations.empty} hint={words.integrations.emptyHint} />
      )}
    </>
  )
}

function Account({ id }: { id: string }) {
  const integration = useQuery(integrations.one(id))
  if (integration.isPending) return <Skeleton rows={2} height={160} />
  if (integration.data === undefined) return <ProblemBanner error={integration.error} onRetry={() => void integration.refetch()} />
  return <Days integration={integration.data} />
}

function Days({ integration }: { integration: Integration }) {
  const words = useWords()
  return (
    <>
      <CoverageSection integration={integration} />
      <HoleList integration={integration} />
      <div>
        <ButtonLink href={`/integrations/${integration.id}/history`}>{words.restatements.title}</ButtonLink>
      </div>
    </>
  )
}
