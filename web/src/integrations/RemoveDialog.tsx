import { useState } from 'react'
import { Button } from '../shared/Button'
import { Dialog, DialogActions } from '../shared/Dialog'
import { Check } from '../shared/Field'
import { useWords } from '../words/Language'
import type { useIntegrationActions } from './useIntegrationActions'

export function RemoveDialog({ remove, onClose }: { remove: ReturnType<typeof useIntegrationActions>['remove']; onClose: () => void }) {
  const words = useWords()
  const [purge, setPurge] = useState(false)
  return (
    <Dialog title={words.integration.removeTitle} onClose={onClose}>
      <p>{words.integration.removeHint}</p>
      <Check name="purge" label={words.integration.purge} onChange={setPurge} />
      <DialogActions>
        <Button onClick={onClose}>{words.common.cancel}</Button>
        <Button kind="danger" busy={remove.isPending} onClick={() => remove.mutate(purge)}>
          {words.integration.remove}
        </Button>
      </DialogActions>
    </Dialog>
  )
}
