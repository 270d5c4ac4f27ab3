import { Field } from '../shared/Field'
import { addDays, today } from '../shared/day'
import { Segmented } from '../shared/Segmented'
import { useWords } from '../words/Language'
import css from './AddIntegration.module.css'

export type History = 'twoYears' | 'ninetyDays' | 'custom' | 'later'
const histories: History[] = ['twoYears', 'ninetyDays', 'custom', 'later']
const daysOf = { twoYears: 730, ninetyDays: 90 }

export function rangeOf(history: History, form: FormData) {
  if (history === 'later') return null
  if (history === 'custom') return { since: String(form.get('since')), until: String(form.get('until')) }
  // The last whole day is yesterday.
  return { since: addDays(today(), -daysOf[history]), until: addDays(today(), -1) }
}

type Props = { history: History; onChoose: (history: History) => void; wrong?: (field: string) => string | undefined }

// How much of an account's past is collected at once.
export function HistoryChoice({ history, onChoose, wrong = () => undefined }: Props) {
  const words = useWords()
  const refused = wrong('initial.since') ?? wrong('initial.until')
  return (
    <div className={css.history}>
      <h3>{words.add.history}</h3>
      <Segmented label={words.add.history} name="history" value={history} options={histories.map((value) => ({ value, label: words.add[value] }))} onChange={onChoose} />
      {history === 'later' && <p className={css.hint}>{words.add.laterHint}</p>}
      {history === 'custom' && (
        <div className={css.dates}>
          <Field label={words.request.since} error={wrong('initial.since')}>
            {(props) => <input {...props} name="since" type="date" required defaultValue={addDays(today(), -730)} />}
          </Field>
          <Field label={words.request.until} error={wrong('initial.until')}>
            {(props) => <input {...props} name="until" type="date" required defaultValue={addDays(today(), -1)} />}
          </Field>
        </div>
      )}
      {history !== 'custom' && refused && (
        <p className={css.error} role="alert">
          {refused}
        </p>
      )}
    </div>
  )
}
