import { useLanguage } from '../words/Language'
import css from './Timeline.module.css'

// What the colours of the timeline mean; the tick only where there is one.
export function Legend({ givenUp }: { givenUp: boolean }) {
  const { words } = useLanguage()
  return (
    <ul className={css.legend} aria-hidden="true">
      {(['completed', 'again', 'failed'] as const).map((course) => (
        <li key={course}>
          <i className={css[course]} />
          {words.timeline.course[course]}
        </li>
      ))}
      <li>
        <i className={css.throttled} />
        {words.timeline.wait.throttled}
      </li>
      {givenUp && (
        <li>
          <i className={css.tick} />
          {words.timeline.givenUpMark}
        </li>
      )}
    </ul>
  )
}
