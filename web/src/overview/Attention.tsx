import { useQuery } from '@tanstack/react-query'
import { alertText } from '../alerts/alertText'
import { openAlerts } from '../alerts/queries'
import type { Alert, Overview } from '../api/types'
import { Icon } from '../shared/Icon'
import { Link } from '../shared/router'
import { Time } from '../shared/Time'
import { useLanguage } from '../words/Language'
import { useSaid } from '../words/useSaid'
import css from './Attention.module.css'

const shownAtMost = 5

// What is wrong, before all else; nothing when nothing is. Accounts that need a person are told of at once, until their
// alerts have come.
export function Attention({ overview }: { overview: Overview | undefined }) {
  const { words } = useLanguage()
  const alerts = useQuery(openAlerts).data?.alerts ?? []
  const told = { error: alerts.filter(({ kind }) => kind === 'job_failed').length, needs_auth: alerts.filter(({ kind }) => kind === 'credentials').length }
  const accounts = (['error', 'needs_auth'] as const).flatMap((status) => {
    const count = overview?.integrations[status] ?? 0
    return count > told[status] ? [{ status, count }] : []
  })
  if (alerts.length === 0 && accounts.length === 0) return null
  return (
    <section className={css.panel} aria-labelledby="attention">
      <header>
        <h2 id="attention">
          <Icon name="warning" />
          {words.overview.attention}
        </h2>
        {alerts.length > shownAtMost && <Link href="/alerts">{words.overview.allAlerts(alerts.length)}</Link>}
      </header>
      <ul className={css.list}>
        {accounts.map(({ status, count }) => (
          <li key={status}>
            <strong>{words.integrationStatus[status]}</strong>
            <p>{words.overview.accountsIn(count)}</p>
            <Link className={css.go} href={`/integrations?status=${status}`}>
              {words.overview.show}
            </Link>
          </li>
        ))}
        {alerts.slice(0, shownAtMost).map((alert) => (
          <AlertLine key={alert.id} alert={alert} />
        ))}
      </ul>
    </section>
  )
}

function AlertLine({ alert }: { alert: Alert }) {
  const { language, words } = useLanguage()
  const text = alertText(alert, words, language, useSaid())
  return (
    <li data-alert={alert.kind}>
      <strong>{words.alerts.kind[alert.kind]}</strong>
      <p title={text}>{alert.integration_id ? <Link href={`/integrations/${alert.integration_id}`}>{text}</Link> : text}</p>
      <Time at={alert.opened_at} relative />
    </li>
  )
}
