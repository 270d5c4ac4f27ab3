import { useState, type FormEvent } from 'react'
import type { AttributionWindow } from '../api/types'
import { Button } from '../shared/Button'
import { Dialog, DialogActions } from '../shared/Dialog'
import { Field } from '../shared/Field'
import { Segmented } from '../shared/Segmented'
import { useWords } from '../words/Language'
import { useSaid } from '../words/useSaid'
import css from './AddIntegration.module.css'
import type { useIntegrationActions } from './useIntegrationActions'

// Windows of one kind contain each other, so at most one of each is chosen.
const kinds = {
  clicks: ['1d_click', '7d_click', '28d_click'],
  views: ['1d_view'],
  engaged: ['1d_ev'],
} as const satisfies Record<string, readonly AttributionWindow[]>
type Kind = keyof typeof kinds

type Props = {
  attribution: AttributionWindow[] | null
  setAttribution: ReturnType<typeof useIntegrationActions>['setAttribution']
  onClose: () => void
}

export function AttributionDialog({ attribution, setAttribution, onClose }: Props) {
  const words = useWords()
  const [by, choose] = useState<'platform' | 'windows'>(attribution ? 'windows' : 'platform')
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const windows = Object.values(kinds).flatMap((ofKind) => ofKind.filter((window) => Object.keys(kinds).some((kind) => form.get(kind) === window)))
    setAttribution.mutate(by === 'platform' ? null : windows, { onSuccess: onClose })
  }
  const said = useSaid()
  const options = [
    { value: 'platform' as const, label: words.attribution.platform },
    { value: 'windows' as const, label: words.attribution.windows },
  ]
  return (
    <Dialog title={words.attribution.title} onClose={onClose}>
      <form onSubmit={submit}>
        <Segmented label={words.attribution.title} name="by" value={by} options={options} onChange={choose} />
        <p>{by === 'platform' ? words.attribution.platformHint : words.attribution.windowsHint}</p>
        {by === 'windows' &&
          (Object.keys(kinds) as Kind[]).map((kind) => (
            <Field key={kind} label={words.attribution[kind]}>
              {(props) => (
                <select {...props} name={kind} defaultValue={kinds[kind].find((window) => (attribution ?? ['7d_click', '1d_view']).includes(window)) ?? ''}>
                  <option value="">{words.attribution.none}</option>
                  {kinds[kind].map((window) => (
                    <option key={window} value={window}>
                      {words.attribution[window]}
                    </option>
                  ))}
                </select>
              )}
            </Field>
          ))}
        {setAttribution.error !== null && (
          <p role="alert" className={css.error}>
            {said.field(setAttribution.error, 'attribution') ?? said.problem(setAttribution.error)}
          </p>
        )}
        <DialogActions>
          <Button onClick={onClose}>{words.common.cancel}</Button>
          <Button kind="primary" type="submit" busy={setAttribution.isPending}>
            {words.common.save}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  )
}
