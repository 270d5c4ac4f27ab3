import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { openAlerts } from '../alerts/queries'
import type { IntegrationStatus, Overview } from '../api/types'
import { FreshnessPanel } from '../freshness/FreshnessPanel'
import { OffersPanel } from '../integrations/OffersPanel'
import { queue } from '../queue/queries'
import { ButtonLink } from '../shared/Button'
import { Icon } from '../shared/Icon'
import { formatCount } from '../shared/money'
import { PageHead } from '../shared/Panel'
import { useSearch } from '../shared/router'
import { ProblemBanner } from '../shared/states'
import { Tile, Tiles } from '../shared/Tiles'
import { mayAct, session } from '../sign-in/session'
import { useLanguage } from '../words/Language'
import { Attention } from './Attention'
import css from './OverviewPage.module.css'
import { overview, type Span } from './queries'
import { RunningJobs } from './RunningJobs'
import { Throughput } from './Throughput'

export function OverviewPage() {
  const { words } = useLanguage()
  const who = useQuery(session).data
  const [chosen, choose] = useSearch('span')
  const span: Span = chosen === 'day' ? 'day' : 'hour'
  const now = useQuery(overview(span))
  const add = mayAct(who) && (
    <ButtonLink kind="primary" href="/integrations/new">
      <Icon name="plus" />
      {words.integrations.add}
    </ButtonLink>
  )
  return (
    <>
      <PageHead title={words.overview.title} note={<State overview={now.data} />} actions={add} />
      {now.isError && now.data === undefined && <ProblemBanner error={now.error} onRetry={() => void now.refetch()} />}
      <Attention overview={now.data} />
      <OffersPanel />
      <Figures overview={now.data} span={span} />
      <div className={css.two}>
        <RunningJobs waiting={now.data?.jobs.pending ?? 0} />
        <Throughput overview={now.data} span={span} onSpan={(next) => choose(next === 'hour' ? null : next)} />
      </div>
      <FreshnessPanel add={add} />
    </>
  )
}

// How things stand, in a sentence.
function State({ overview }: { overview: Overview | undefined }) {
  const words = useLanguage().words.overview
  const alerts = useQuery(openAlerts).data?.alerts.length ?? 0
  if (overview === undefined) return <span className={css.state}>{words.looking}</span>
  const { integrations, jobs } = overview
  const wrong = alerts + integrations.error + integrations.needs_auth
  const running = jobs.running + jobs.pending
  const accounts = Object.values(integrations).reduce((sum, count) => sum + count, 0)
  const [tone, text]: [string | undefined, ReactNode] =
    wrong > 0 ? [css.red, words.wrong] : running > 0 ? [css.blue, words.collecting] : accounts > 0 ? [undefined, words.fine] : [css.off, words.empty]
  return (
    <span className={css.state}>
      <i className={tone} aria-hidden="true" />
      {text}
    </span>
  )
}

const inOrder: IntegrationStatus[] = ['success', 'collecting', 'pending', 'paused', 'needs_auth', 'error']

function Figures({ overview, span }: { overview: Overview | undefined; span: Span }) {
  const { language, words } = useLanguage()
  const chunks = useQuery(queue).data
  const count = (value: number | undefined) => (value === undefined ? '–' : formatCount(value, language))
  const states = overview?.integrations
  const accounts = states && Object.values(states).reduce((sum, value) => sum + value, 0)
  const rows = overview?.collected.reduce((sum, piece) => sum + piece.rows, 0)
  const completed = overview?.collected.reduce((sum, piece) => sum + piece.chunks, 0)
  const tiles = words.overview.tiles
  const wrong = states ? states.error + states.needs_auth : 0
  const shown = states ? inOrder.filter((status) => states[status] > 0) : []
  return (
    <Tiles>
      <Tile
        name={tiles.accounts}
        href="/integrations"
        value={
          <>
            {count(states && states.success)} <span>{accounts !== undefined && tiles.of(count(accounts))}</span>
          </>
        }
        hint={wrong > 0 ? tiles.needPerson(wrong) : tiles.accountsHint}
      >
        {shown.length > 0 && (
          <div className={css.shares} aria-hidden="true">
            {shown.map((status) => (
              <i key={status} className={css[status]} style={{ flexGrow: states?.[status] }} title={`${words.integrationStatus[status]}: ${count(states?.[status])}`} />
            ))}
          </div>
        )}
      </Tile>
      <Tile name={tiles.running} href="/jobs?status=running" value={count(overview?.jobs.running)} hint={tiles.runningHint(overview?.jobs.pending ?? 0)} />
      <Tile name={tiles.chunks} value={count(chunks?.processing)} hint={tiles.chunksHint(count(chunks?.pending))} />
      <Tile name={span === 'hour' ? tiles.rowsHour : tiles.rowsDay} value={count(rows)} hint={tiles.rowsHint(count(completed))} />
    </Tiles>
  )
}
