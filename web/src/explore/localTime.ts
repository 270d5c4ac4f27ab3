// An instant as a date and a time on the reader's clock, which is what the browser's own input speaks ("2026-05-03T21:00").
const pad = (number: number) => String(number).padStart(2, '0')

export function toLocalInput(instant: string | null): string {
  const at = instant === null ? NaN : Date.parse(instant)
  if (Number.isNaN(at)) return ''
  const local = new Date(at)
  return `${local.getFullYear()}-${pad(local.getMonth() + 1)}-${pad(local.getDate())}T${pad(local.getHours())}:${pad(local.getMinutes())}`
}

// null: empty, or no time.
export function fromLocalInput(text: string): string | null {
  const at = Date.parse(text)
  return Number.isNaN(at) ? null : new Date(at).toISOString().replace(/\.\d+Z$/, 'Z')
}
