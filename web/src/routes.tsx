import { useQuery } from '@tanstack/react-query'
import { AlertsPage } from './alerts/AlertsPage'
import type { Session } from './api/types'
import { AuditPage } from './audit/AuditPage'
import { CoveragePage } from './coverage/CoveragePage'
import { HistoryPage } from './history/HistoryPage'
import { ExplorePage } from './explore/ExplorePage'
import { AddIntegration } from './integrations/AddIntegration'
import { IntegrationPage } from './integrations/IntegrationPage'
import { IntegrationsPage } from './integrations/IntegrationsPage'
import { JobPage } from './jobs/JobPage'
import { JobsPage } from './jobs/JobsPage'
import { OverviewPage } from './overview/OverviewPage'
import { QuotaPage } from './quota/QuotaPage'
import { SettingsPage } from './settings/SettingsPage'
import { Boundary } from './shared/Boundary'
import { PageHead } from './shared/Panel'
import { usePath } from './shared/router'
import { Empty } from './shared/states'
import { mayAct, session } from './sign-in/session'
import { useWords } from './words/Language'

export function Routes() {
  const path = usePath()
  const who = useQuery(session).data
  // What a role is not offered is refused here by its address too, before anything is asked of the server.
  const open = adminsOnly.includes(path) ? who?.role === 'admin' : path === '/integrations/new' ? mayAct(who) : true
  return <Boundary key={path}>{open ? pageAt(path) : <Forbidden role={who?.role} />}</Boundary>
}

const adminsOnly = ['/settings', '/audit']

function pageAt(path: string) {
  const [, section, id, ...rest] = path.split('/')
  if (section === 'integrations' && id && rest.length === 1 && rest[0] === 'history') return <HistoryPage id={id} />
  if (rest.length > 0) return <NotFound />
  if (path === '/') return <OverviewPage />
  if (path === '/jobs') return <JobsPage />
  if (section === 'jobs' && id) return <JobPage id={id} />
  if (section === 'integrations' && !id) return <IntegrationsPage />
  if (section === 'integrations' && id === 'new') return <AddIntegration />
  if (section === 'integrations' && id) return <IntegrationPage id={id} />
  if (path === '/coverage') return <CoveragePage />
  if (path === '/explore') return <ExplorePage />
  if (path === '/quota') return <QuotaPage />
  if (path === '/alerts') return <AlertsPage />
  if (path === '/settings') return <SettingsPage />
  if (path === '/audit') return <AuditPage />
  return <NotFound />
}

function NotFound() {
  const words = useWords()
  return <Empty title={words.problem.notFound} hint={words.problem.notFoundHint} />
}

function Forbidden({ role }: { role: Session['role'] | undefined }) {
  const words = useWords()
  return <PageHead title={words.problem.forbidden} note={role && words.problem.forbiddenHint(words.account.role[role])} />
}
