import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Integration } from '../api/types'
import { CoverageSection } from '../coverage/CoverageSection'
import { JobTable } from '../jobs/JobTable'
import { jobs } from '../jobs/queries'
import { CostSection } from '../performance/CostSection'
import { SchedulesSection } from '../schedules/SchedulesSection'
import { Button, ButtonLink } from '../shared/Button'
import { Icon } from '../shared/Icon'
import { Facts, PageHead, Panel } from '../shared/Panel'
import { Link } from '../shared/router'
import { Empty, Notice, ProblemBanner, Skeleton } from '../shared/states'
import { StatusBadge } from '../shared/StatusBadge'
import { Time } from '../shared/Time'
import { mayAct, session } from '../sign-in/session'
import { useWords } from '../words/Language'
import { useSaid } from '../words/useSaid'
import { AttributionDialog } from './AttributionDialog'
import { integrations } from './queries'
import { RemoveDialog } from './RemoveDialog'
import { RequestDialog } from './RequestDialog'
import { TokenDialog } from './TokenDialog'
import { inReadingOrder } from '../jobs/order'
import { useIntegrationActions } from './useIntegrationActions'

type Asking = 'request' | 'token' | 'attribution' | 'remove' | null

export function IntegrationPage({ id }: { id: string }) {
  const integration = useQuery(integrations.one(id))
  if (integration.isPending) return <Skeleton rows={4} height={96} />
  if (integration.data === undefined) return <ProblemBanner error={integration.error} onRetry={() => void integration.refetch()} />
  return (
    <>
      <Head integration={integration.data} />
      <CoverageSection integration={integration.data} />
      <CostSection integration={integration.data} />
      <SchedulesSection integration={integration.data} />
      <Jobs integration={integration.data} />
    </>
  )
}

function Head({ integration }: { integration: Integration }) {
  const words = useWords()
  const said = useSaid()
  const who = useQuery(session).data
  const actions = useIntegrationActions(integration.id)
  const [asking, ask] = useState<Asking>(null)
  const close = () => ask(null)
  const paused = integration.status === 'paused'
  const crumbs = (
    <>
      <Link href="/integrations">{words.integrations.title}</Link>
      <Icon name="chevron" size={12} />
      {integration.advertiser}
    </>
  )
  const history = <ButtonLink href={`/integrations/${integration.id}/history`}>{words.restatements.title}</ButtonLink>
  const buttons = mayAct(who) && (
    <>
      <Button kind="danger" onClick={() => ask('remove')}>
        {words.integration.remove}
      </Button>
      <Button onClick={() => ask('token')}>{words.integration.newToken}</Button>
      <Button busy={actions.pause.isPending} onClick={() => actions.pause.mutate(!paused)}>
        {paused ? words.integration.resume : words.integration.pause}
      </Button>
      <Button kind="primary" onClick={() => ask('request')}>
        {words.request.open}
      </Button>
    </>
  )
  const title = (
    <>
      {integration.account_name || integration.account_id}
      <StatusBadge status={integration.status} label={words.integrationStatus[integration.status]} />
    </>
  )
  return (
    <>
      <PageHead crumbs={crumbs} title={title} actions={<>{history}{buttons}</>} />
      {integration.last_error && (integration.status === 'needs_auth' || integration.status === 'error') && (
        <Notice
          tone={integration.status === 'error' ? 'red' : 'amber'}
          title={integration.status === 'error' ? words.integration.error : words.integration.needsAuth}
          action={
            mayAct(who) &&
            integration.status === 'needs_auth' && (
              <Button small onClick={() => ask('token')}>
                {words.integration.newToken}
              </Button>
            )
          }
        >
          <p>{said.failure(integration.last_error)}</p>
        </Notice>
      )}
      <Panel title={words.integration.details} untitled>
        <Details integration={integration} onAttribution={mayAct(who) ? () => ask('attribution') : undefined} keepThumbnails={mayAct(who) ? actions.keepThumbnails : undefined} />
      </Panel>
      {asking === 'request' && <RequestDialog request={actions.request} onClose={close} />}
      {asking === 'token' && <TokenDialog replaceToken={actions.replaceToken} onClose={close} />}
      {asking === 'attribution' && <AttributionDialog attribution={integration.attribution} setAttribution={actions.setAttribution} onClose={close} />}
      {asking === 'remove' && <RemoveDialog remove={actions.remove} onClose={close} />}
    </>
  )
}

type DetailsProps = {
  integration: Integration
  onAttribution: (() => void) | undefined
  keepThumbnails: ReturnType<typeof useIntegrationActions>['keepThumbnails'] | undefined
}

function Details({ integration, onAttribution, keepThumbnails }: DetailsProps) {
  const words = useWords()
  const attribution = (
    <>
      {integration.attribution?.map((window) => words.attribution[window]).join(', ') ?? words.attribution.platform}{' '}
      {onAttribution && (
        <Button small onClick={onAttribution}>
          {words.attribution.change}
        </Button>
      )}
    </>
  )
  const thumbnails = (
    <>
      {integration.keep_thumbnails ? words.integration.kept : words.integration.notKept}{' '}
      {keepThumbnails && (
        <Button small busy={keepThumbnails.isPending} onClick={() => keepThumbnails.mutate(!integration.keep_thumbnails)}>
          {integration.keep_thumbnails ? words.integration.keepNoMore : words.integration.keep}
        </Button>
      )}
    </>
  )
  return (
    <div className="inset">
      <Facts
        facts={[
          [words.add.advertiser, integration.advertiser],
          [words.integration.accountId, `${words.source[integration.source]} · ${integration.account_id}`],
          [words.integration.currency, integration.currency],
          [words.integration.timeZone, integration.time_zone],
          [words.attribution.title, attribution],
          [words.integration.thumbnails, thumbnails],
          [words.integration.added, <Time key="added" at={integration.created_at} />],
        ]}
      />
    </div>
  )
}

function Jobs({ integration }: { integration: Integration }) {
  const words = useWords()
  const list = useInfiniteQuery(jobs.list({ integration_id: integration.id }))
  const all = list.data && inReadingOrder(list.data.pages.flatMap((page) => page.jobs))
  return (
    <Panel title={words.integration.jobs} flush>
      {list.isPending ? (
        <Skeleton rows={3} />
      ) : all === undefined ? (
        <ProblemBanner error={list.error} onRetry={() => void list.refetch()} />
      ) : all.length === 0 ? (
        <Empty title={words.integration.noJobs} />
      ) : (
        <JobTable jobs={all} account={false} more={list.hasNextPage ? () => void list.fetchNextPage() : undefined} loading={list.isFetchingNextPage} />
      )}
    </Panel>
  )
}
