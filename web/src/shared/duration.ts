// A length of time in one or two units: "45 s", "3 min 20 s", "2 h 5 min".
export function formatDuration(milliseconds: number, language: string): string {
  const unit = (value: number, name: 'hour' | 'minute' | 'second', digits = 0) =>
    new Intl.NumberFormat(language, { style: 'unit', unit: name, unitDisplay: 'short', maximumFractionDigits: digits }).format(value)
  const seconds = Math.max(0, milliseconds) / 1000
  if (seconds < 10) return unit(Math.round(seconds * 10) / 10, 'second', 1)
  if (seconds < 60) return unit(Math.round(seconds), 'second')
  const whole = Math.round(seconds)
  const minutes = Math.floor(whole / 60)
  if (minutes < 60) return minutes < 10 && whole % 60 > 0 ? `${unit(minutes, 'minute')} ${unit(whole % 60, 'second')}` : unit(minutes, 'minute')
  return minutes % 60 > 0 ? `${unit(Math.floor(minutes / 60), 'hour')} ${unit(minutes % 60, 'minute')}` : unit(minutes / 60, 'hour')
}
