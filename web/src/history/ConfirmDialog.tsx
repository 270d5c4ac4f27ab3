import { Button } from '../shared/Button'
import { Dialog, DialogActions } from '../shared/Dialog'
import { useWords } from '../words/Language'

type Props = { title: string; hint: string; confirm: string; busy: boolean; onConfirm: () => void; onClose: () => void }

export function ConfirmDialog({ title, hint, confirm, busy, onConfirm, onClose }: Props) {
  const words = useWords()
  return (
    <Dialog title={title} onClose={onClose}>
      <p>{hint}</p>
      <DialogActions>
        <Button onClick={onClose}>{words.common.cancel}</Button>
        <Button kind="primary" busy={busy} onClick={onConfirm}>
          {confirm}
        </Button>
      </DialogActions>
    </Dialog>
  )
}
