import { expect, it } from 'vitest'
import { presetOf, presets } from './presets'

it('knows an expression again however it is spaced or spelt, and calls no other by its name', () => {
  for (const [name, cron] of Object.entries(presets)) expect(presetOf(cron)).toBe(name)
  expect(presetOf('  0  6 * *  mon-fri ')).toBe('weekdays')
  expect(presetOf('0 7 * * *')).toBeNull()
  expect(presetOf('')).toBeNull()
})
