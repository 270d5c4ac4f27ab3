import { useId, useState, type FormEvent } from 'react'
import type { Schedule } from '../api/types'
import { Button } from '../shared/Button'
import { Dialog, DialogActions } from '../shared/Dialog'
import { Field } from '../shared/Field'
import { useLanguage } from '../words/Language'
import { useSaid } from '../words/useSaid'
import { presetOf, presets, type Preset } from './presets'
import css from './SchedulesSection.module.css'
import type { useScheduleActions } from './useScheduleActions'

type Props = { schedule: Schedule; change: ReturnType<typeof useScheduleActions>['change']; onClose: () => void }

// When a schedule falls due: one of the usual times, or an expression of one's own. The server reads it and says what it means.
export function ScheduleDialog({ schedule, change, onClose }: Props) {
  const { words } = useLanguage()
  const w = words.scheduleDialog
  const zones = useId()
  const [cron, write] = useState(schedule.cron)
  const [zone, chooseZone] = useState(schedule.time_zone)
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    change.mutate({ cron: cron.trim(), time_zone: zone.trim() }, { onSuccess: onClose })
  }
  const said = useSaid()
  const wrong = (field: string) => said.field(change.error, field)
  const elsewhere = change.error !== null && !wrong('cron') && !wrong('time_zone')
  return (
    <Dialog title={w.title(words.type[schedule.collection_type])} onClose={onClose}>
      <form onSubmit={submit}>
        <Field label={w.when}>
          {(props) => (
            <select {...props} value={presetOf(cron) ?? ''} onChange={(event) => event.target.value && write(presets[event.target.value as Preset])}>
              {(Object.keys(presets) as Preset[]).map((preset) => (
                <option key={preset} value={preset}>
                  {w.preset[preset]}
                </option>
              ))}
              <option value="">{w.own}</option>
            </select>
          )}
        </Field>
        <Field label={w.cron} hint={w.cronHint} error={wrong('cron')}>
          {(props) => <input {...props} required maxLength={200} autoComplete="off" spellCheck={false} value={cron} onChange={(event) => write(event.target.value)} />}
        </Field>
        <Field label={w.zone} hint={w.zoneHint} error={wrong('time_zone')}>
          {(props) => <input {...props} required maxLength={64} autoComplete="off" spellCheck={false} list={zones} value={zone} onChange={(event) => chooseZone(event.target.value)} />}
        </Field>
        <datalist id={zones}>
          {Intl.supportedValuesOf('timeZone').map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
        {elsewhere && (
          <p role="alert" className={css.error}>
            {said.problem(change.error)}
          </p>
        )}
        <DialogActions>
          <Button onClick={onClose}>{words.common.cancel}</Button>
          <Button kind="primary" type="submit" busy={change.isPending}>
            {words.common.save}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  )
}
