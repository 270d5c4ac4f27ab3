import type { CollectionEstimate, CollectionType } from '../api/types'
import { aboutCount } from '../integrations/aboutCount'
import { formatRange } from '../shared/day'
import { formatDuration } from '../shared/duration'
import { Icon } from '../shared/Icon'
import { formatCount } from '../shared/money'
import { Link } from '../shared/router'
import { useLanguage } from '../words/Language'
import css from './AgainPreview.module.css'

type OfType = CollectionEstimate['types'][number]

// What collecting days again will run: the price a type, and what is there or under way already.
export function AgainPreview({ estimate }: { estimate: CollectionEstimate }) {
  const { language, words } = useLanguage()
  const w = words.coverage.again
  const runs = estimate.types.some((type) => type.job_id === null)
  return (
    <section className={css.preview} aria-label={w.preview}>
      {runs && (
        <div className={css.total}>
          <strong>{w.about(formatDuration(estimate.seconds * 1000, language))}</strong>
          <span>{w.total(aboutCount(estimate.rows, language), aboutCount(estimate.calls, language))}</span>
        </div>
      )}
      {runs && <Prices types={estimate.types} />}
      {estimate.types.map((type) => (
        <Already key={type.collection_type} type={type} several={estimate.types.length > 1} />
      ))}
      {runs && estimate.rough && <p className={css.note}>{words.add.priceRough}</p>}
    </section>
  )
}

function Prices({ types }: { types: OfType[] }) {
  const { language, words } = useLanguage()
  const { column } = words.coverage.again
  return (
    <table>
      <thead>
        <tr>
          {(['type', 'chunks', 'rows', 'calls'] as const).map((name) => (
            <th key={name} scope="col">
              {column[name]}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {types.map((type) => (
          <tr key={type.collection_type}>
            <th scope="row">{words.type[type.collection_type]}</th>
            <td>{formatCount(type.chunks, language)}</td>
            <td>{aboutCount(type.rows, language)}</td>
            <td>{aboutCount(type.calls, language)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Already({ type, several }: { type: OfType; several: boolean }) {
  const { language, words } = useLanguage()
  const w = words.coverage.again
  const days = type.days
  const n = (value: number) => formatCount(value, language)
  if (!days) return null
  const asked = days.covered - days.pinned
  const notes = [
    type.job_id === null && asked > 0 && w.covered(n(asked), n(days.total)),
    days.pinned > 0 && w.pinned(n(days.pinned)),
    type.job_id !== null ? w.found : days.collecting > 0 && w.collecting(n(days.collecting)),
  ].filter((note) => note !== false)
  if (notes.length === 0) return null
  return (
    <div className={css.note}>
      {several && <strong>{words.type[type.collection_type]}</strong>}
      {notes.map((note) => (
        <p key={note}>{note}</p>
      ))}
      <ul>
        {type.open_jobs.map((job) => (
          <li key={job.id}>
            <Link href={`/jobs/${job.id}`}>
              <Icon name="chevron" size={12} />
              {w.job(words.mode[job.mode], words.type[type.collection_type as CollectionType], formatRange(job.start_date, job.end_date, language))}
            </Link>
          </li>
        ))}
      </ul>
    </div>
  )
}
