import { useQuery } from '@tanstack/react-query'
import { Link } from '../shared/router'
import { useWords } from '../words/Language'
import css from './AlertBadge.module.css'
import { badgeText } from './count'
import { openAlerts } from './queries'

// In the header of every page, while something is wrong.
export function AlertBadge() {
  const words = useWords().alerts
  const list = useQuery(openAlerts)
  const text = list.data ? badgeText(list.data.alerts.length, list.data.next_cursor !== null) : null
  if (!text) return null
  return (
    <Link href="/alerts" className={css.badge} aria-label={words.badge(text)} data-alerts={text}>
      {text}
    </Link>
  )
}
