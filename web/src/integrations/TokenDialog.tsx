import type { FormEvent } from 'react'
import { Button } from '../shared/Button'
import { Dialog, DialogActions } from '../shared/Dialog'
import { Field } from '../shared/Field'
import { useWords } from '../words/Language'
import { useSaid } from '../words/useSaid'
import type { useIntegrationActions } from './useIntegrationActions'

export function TokenDialog({ replaceToken, onClose }: { replaceToken: ReturnType<typeof useIntegrationActions>['replaceToken']; onClose: () => void }) {
  const words = useWords()
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    replaceToken.mutate(String(new FormData(event.currentTarget).get('access_token')).trim(), { onSuccess: onClose })
  }
  const said = useSaid()
  const { error } = replaceToken
  const message = error ? (said.field(error, 'credentials.access_token') ?? said.problem(error)) : undefined
  return (
    <Dialog title={words.integration.tokenTitle} onClose={onClose}>
      <form onSubmit={submit}>
        <Field label={words.add.token} hint={words.integration.tokenHint} error={message}>
          {(props) => <input {...props} name="access_token" type="password" required autoFocus autoComplete="off" spellCheck={false} />}
        </Field>
        <DialogActions>
          <Button onClick={onClose}>{words.common.cancel}</Button>
          <Button kind="primary" type="submit" busy={replaceToken.isPending}>
            {replaceToken.isPending ? words.add.verifying : words.common.save}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  )
}
