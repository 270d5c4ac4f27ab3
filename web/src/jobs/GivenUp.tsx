import type { Attempt } from '../api/types'
import { useLanguage } from '../words/Language'
import { useSaid } from '../words/useSaid'
import css from './GivenUp.module.css'
import { sayGivenUp } from './givenUp'

// What the attempt asked for in vain before it asked for less, with the platform's words.
export function GivenUp({ attempt }: { attempt: Attempt }) {
  const { language, words } = useLanguage()
  const said = useSaid()
  if (attempt.given_up.length === 0) return null
  const more = attempt.slices_given_up - attempt.given_up.length
  return (
    <ul className={css.list} aria-label={words.timeline.givenUp(attempt.slices_given_up)} data-given-up={attempt.slices_given_up}>
      {attempt.given_up.map((slice, index) => (
        <li key={index} className={css.one}>
          <i aria-hidden="true" />
          <div>
            <p>
              <span>{slice.start_date === slice.end_date ? slice.start_date : `${slice.start_date} – ${slice.end_date}`}</span>
              {sayGivenUp(slice, words, language)}
            </p>
            <small>
              {said.failure(slice.message)}
              {slice.trace_id && (
                <code>
                  {words.timeline.trace} {slice.trace_id}
                </code>
              )}
            </small>
          </div>
        </li>
      ))}
      {more > 0 && <li className={css.more}>{words.timeline.moreGivenUp(more)}</li>}
    </ul>
  )
}
