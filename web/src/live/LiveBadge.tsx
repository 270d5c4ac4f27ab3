import { useWords } from '../words/Language'
import { useLive } from './Live'
import css from './LiveBadge.module.css'

export function LiveBadge() {
  const words = useWords().live
  const state = useLive()
  return (
    <span className={`${css.badge} ${css[state]}`} role="status" title={state === 'polling' ? words.pollingHint : words.liveHint} data-live={state}>
      <i aria-hidden="true" />
      {words[state]}
    </span>
  )
}
