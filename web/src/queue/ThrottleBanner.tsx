import { useQuery } from '@tanstack/react-query'
import { Notice } from '../shared/states'
import { formatInstant, formatRelative, formatTimeOfDay, useNow } from '../shared/Time'
import { useLanguage } from '../words/Language'
import { useSaid } from '../words/useSaid'
import { queue } from './queries'
import css from './ThrottleBanner.module.css'

const listedAtMost = 3

// Shown while a platform holds adfill back: nothing is wrong, and it says when it goes on.
export function ThrottleBanner() {
  const { language, words } = useLanguage()
  const said = useSaid()
  const now = useNow()
  const { data } = useQuery(queue)
  const open = (data?.throttled ?? []).filter((scope) => Date.parse(scope.until) > now)
  if (open.length === 0) return null
  return (
    <Notice tone="amber" title={open.length === 1 ? words.throttle.one : words.throttle.many(open.length)} note={words.throttle.hint}>
      <ul className={css.scopes}>
        {open.slice(0, listedAtMost).map((scope) => (
          <li key={`${scope.scope} ${scope.until}`}>
            {scope.scope && <code>{scope.scope}</code>}{' '}
            <span title={formatInstant(scope.until, language)}>
              {words.throttle.until(formatTimeOfDay(scope.until, language))} ({formatRelative(scope.until, now, language)})
            </span>
            {scope.reason && <small> {said.failure(scope.reason)}</small>}
          </li>
        ))}
      </ul>
    </Notice>
  )
}
