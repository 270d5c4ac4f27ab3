// What most people want of a schedule, as cron expressions; their names are in words/.
export const presets = {
  daily: '0 6 * * *',
  twice: '0 6,18 * * *',
  sixHours: '0 */6 * * *',
  weekdays: '0 6 * * MON-FRI',
  mondays: '0 6 * * MON',
} as const

export type Preset = keyof typeof presets

const plain = (cron: string) => cron.trim().split(/\s+/).join(' ').toUpperCase()

// null: an expression of one's own.
export function presetOf(cron: string): Preset | null {
  return (Object.keys(presets) as Preset[]).find((preset) => presets[preset] === plain(cron)) ?? null
}
