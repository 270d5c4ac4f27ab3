import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Integration, Schedule } from '../api/types'
import { Button } from '../shared/Button'
import { Panel } from '../shared/Panel'
import { ProblemBanner, Skeleton } from '../shared/states'
import { Time } from '../shared/Time'
import { mayAct, session } from '../sign-in/session'
import { useLanguage } from '../words/Language'
import { schedulesOf } from './queries'
import { ScheduleDialog } from './ScheduleDialog'
import css from './SchedulesSection.module.css'
import { useScheduleActions } from './useScheduleActions'

export function SchedulesSection({ integration }: { integration: Integration }) {
  const { words } = useLanguage()
  const list = useQuery(schedulesOf(integration.id))
  return (
    <Panel title={words.schedules.title} note={words.schedules.intro} flush>
      {list.isPending ? (
        <Skeleton rows={3} />
      ) : list.data === undefined ? (
        <ProblemBanner error={list.error} onRetry={() => void list.refetch()} />
      ) : (
        <ul className={css.list}>
          {list.data.schedules.map((schedule) => (
            <Row key={schedule.id} schedule={schedule} />
          ))}
        </ul>
      )}
    </Panel>
  )
}

function Row({ schedule }: { schedule: Schedule }) {
  const { language, words } = useLanguage()
  const who = useQuery(session).data
  const actions = useScheduleActions(schedule.id)
  const [changing, show] = useState(false)
  const inWords = language === 'ko' ? schedule.in_words_ko : schedule.in_words
  return (
    <li className={css.row}>
      <div className={css.what}>
        <strong>{words.type[schedule.collection_type]}</strong>
        <small title={schedule.cron}>
          {inWords} · {schedule.time_zone}
        </small>
      </div>
      <div className={css.when}>
        {schedule.paused ? (
          words.schedules.paused
        ) : (
          <>
            {words.schedules.next} <Time at={schedule.next_due_at} />
          </>
        )}
      </div>
      {mayAct(who) && (
        <div className={css.actions}>
          <Button small onClick={() => show(true)}>
            {words.scheduleDialog.open}
            <span className="visually-hidden">{words.type[schedule.collection_type]}</span>
          </Button>
          <Button small busy={actions.pause.isPending} onClick={() => actions.pause.mutate(!schedule.paused)}>
            {schedule.paused ? words.integration.resume : words.integration.pause}
          </Button>
          <Button small busy={actions.run.isPending} onClick={() => actions.run.mutate()}>
            {words.schedules.run}
          </Button>
        </div>
      )}
      {changing && (
        <ScheduleDialog
          schedule={schedule}
          change={actions.change}
          onClose={() => {
            actions.change.reset()
            show(false)
          }}
        />
      )}
    </li>
  )
}
