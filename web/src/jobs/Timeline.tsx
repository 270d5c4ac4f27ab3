import { useQuery } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { coverage } from '../coverage/queries'
import type { Attempt, JobWithChunks } from '../api/types'
import { formatDuration } from '../shared/duration'
import { Icon } from '../shared/Icon'
import { formatCount } from '../shared/money'
import { Panel } from '../shared/Panel'
import { ProblemBanner, Skeleton } from '../shared/states'
import { formatInstant, useNow, useSeconds } from '../shared/Time'
import { useLanguage } from '../words/Language'
import { useSaid } from '../words/useSaid'
import { hasDays } from './chunkState'
import { GivenUp } from './GivenUp'
import { sayGivenUp, whenGivenUp } from './givenUp'
import { isOpen } from './jobTime'
import { jobs } from './queries'
import { slicesOf, type Slice } from './slices'
import css from './Timeline.module.css'
import { Legend } from './TimelineLegend'
import { place, timelineOf, type Lane, type Timeline as Times, type Try } from './timeline'

// A lane a chunk: when it was tried, how that went, and what it waited for. Each opens its attempts, with the platform's words
// and trace ids.
export function Timeline({ job }: { job: JobWithChunks }) {
  const { language, words } = useLanguage()
  const list = useQuery(jobs.attempts(job.id))
  const seconds = useSeconds()
  const slow = useNow()
  const now = isOpen(job) ? seconds : slow
  if (list.isPending) {
    return (
      <Panel title={words.timeline.title} flush>
        <Skeleton rows={4} height={28} />
      </Panel>
    )
  }
  if (list.data === undefined) return <ProblemBanner error={list.error} onRetry={() => void list.refetch()} />
  const times = timelineOf(job.chunks, list.data.attempts, now)
  const note = [
    words.timeline.tries(list.data.attempts.length),
    words.timeline.work(formatDuration(times.working, language)),
    times.waiting > 0 && words.timeline.waits(formatDuration(times.waiting, language)),
  ]
  return (
    <Panel title={words.timeline.title} note={note.filter(Boolean).join(' · ')} actions={<Legend givenUp={list.data.attempts.some((attempt) => attempt.slices_given_up > 0)} />} flush>
      <div className={css.axis} aria-hidden="true">
        <div>
          <span>{formatClock(times.begin, language)}</span>
          <span>{isOpen(job) ? words.overview.now : formatClock(times.end, language)}</span>
        </div>
      </div>
      <ol className={css.lanes}>
        {times.lanes.map((lane) => (
          <LaneRow key={lane.chunk.id} job={job} lane={lane} times={times} />
        ))}
      </ol>
    </Panel>
  )
}

function LaneRow({ job, lane, times }: { job: JobWithChunks; lane: Lane; times: Times }) {
  const { language, words } = useLanguage()
  const [open, show] = useState(false)
  const id = useId()
  const { chunk } = lane
  const name = hasDays(chunk) ? `${chunk.start_date} – ${chunk.end_date}` : words.job.wholeAccount
  return (
    <li data-lane={chunk.chunk_index}>
      <button type="button" className={css.lane} aria-expanded={open} aria-controls={id} onClick={() => show(!open)}>
        <span className={css.what}>
          <Icon name="chevron" size={12} />
          <span>{name}</span>
          <small>{words.timeline.tries(lane.tries.length)}</small>
        </span>
        <span className={css.track} aria-hidden="true">
          {lane.waits.map((wait) => (
            <i key={wait.from} className={`${css.wait} ${css[wait.reason] ?? ''}`} style={percent(place(wait, times))} title={`${words.timeline.wait[wait.reason]}: ${formatDuration(wait.until - wait.from, language)}`} />
          ))}
          {lane.tries.map((each) => (
            <i key={each.from} className={css[each.course]} style={percent(place(each, times))} title={`${words.timeline.course[each.course]}: ${formatDuration(each.until - each.from, language)}`} />
          ))}
          {lane.tries.flatMap((each) =>
            each.attempt.given_up.map((slice, index) => {
              const at = whenGivenUp(slice, each)
              return <i key={`${each.from} ${index}`} className={css.givenUp} style={{ left: `calc(${place({ from: at, until: at }, times).left}% - 1px)` }} title={sayGivenUp(slice, words, language)} />
            }),
          )}
        </span>
      </button>
      <div id={id} hidden={!open}>
        {open && <Attempts job={job} lane={lane} />}
      </div>
    </li>
  )
}

function Attempts({ job, lane }: { job: JobWithChunks; lane: Lane }) {
  const { language, words } = useLanguage()
  const receipts = useQuery({ ...coverage(job.integration_id, job.collection_type), enabled: hasDays(lane.chunk) && lane.tries.length > 0 })
  const slices = slicesOf(lane.chunk, lane.tries, receipts.data?.coverage ?? [])
  if (lane.tries.length === 0) return <p className={css.none}>{words.timeline.untried}</p>
  return (
    <ol className={css.attempts}>
      {lane.tries.map((each) => (
        <AttemptLine key={each.from} each={each} wait={lane.waits.find(({ from }) => from === each.until)} slices={slices.byAttempt.get(each.attempt.started_at) ?? []} />
      ))}
      {hasDays(lane.chunk) && (
        <li className={css.committed}>
          {words.timeline.committed(words.chunk.daysOf(formatCount(lane.chunk.days_done, language), formatCount(lane.chunk.days_total, language)), formatCount(lane.chunk.rows, language))}
          {slices.later > 0 && ` · ${words.timeline.later(slices.later)}`}
        </li>
      )}
    </ol>
  )
}

function AttemptLine({ each, wait, slices }: { each: Try; wait: Lane['waits'][number] | undefined; slices: Slice[] }) {
  const { language, words } = useLanguage()
  const { attempt } = each
  return (
    <li>
      <span className={css.course}>
        <i className={css[each.course]} aria-hidden="true" />
        {words.timeline.course[each.course]}
      </span>
      <time dateTime={attempt.started_at} title={formatInstant(attempt.started_at, language)}>
        {formatClock(each.from, language)} · {formatDuration(each.until - each.from, language)}
      </time>
      <div>
        <GivenUp attempt={attempt} />
        {slices.length > 0 && <Slices slices={slices} />}
        <WhatWentWrong attempt={attempt} />
        {wait && (
          <p className={css.took}>
            {words.timeline.wait[wait.reason]}: {formatDuration(wait.until - wait.from, language)}
          </p>
        )}
      </div>
    </li>
  )
}

// What was asked for at once, and committed.
function Slices({ slices }: { slices: Slice[] }) {
  const { language, words } = useLanguage()
  return (
    <ul className={css.slices} aria-label={words.timeline.slices(slices.length)}>
      {slices.map((slice) => (
        <li key={slice.since}>
          <span>{slice.since === slice.until ? slice.since : `${slice.since} – ${slice.until}`}</span>
          <small>
            {words.timeline.slice(formatCount(slice.days, language), formatCount(slice.rows, language))}
            {slice.inParts && ` · ${words.timeline.inParts}`}
          </small>
        </li>
      ))}
    </ul>
  )
}

// In the reader's language, and as the platform said it where that is another.
function WhatWentWrong({ attempt }: { attempt: Attempt }) {
  const { words } = useLanguage()
  const said = useSaid()
  if (!attempt.message && !attempt.trace_id) return null
  const kind = attempt.failure_kind ? (words.timeline.kind[attempt.failure_kind as keyof typeof words.timeline.kind] ?? attempt.failure_kind) : null
  const message = attempt.message && said.failure(attempt.message)
  return (
    <>
      <p>
        {kind && <strong>{kind}</strong>} {message}
      </p>
      {message !== attempt.message && <p lang="en">{attempt.message}</p>}
      {attempt.trace_id && (
        <p>
          <code>
            {words.timeline.trace} {attempt.trace_id}
          </code>
        </p>
      )}
    </>
  )
}

const percent = ({ left, width }: { left: number; width: number }) => ({ left: `min(${left}%, 100% - 3px)`, width: `${width}%` })

const formatClock = (time: number, language: string) => new Intl.DateTimeFormat(language, { timeStyle: 'medium' }).format(time)
