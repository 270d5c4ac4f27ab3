import { expect, it } from 'vitest'
import { fromLocalInput, toLocalInput } from './localTime'

it('reads back what it shows, to the minute, wherever the reader is', () => {
  const shown = toLocalInput('2026-05-03T12:00:00Z')
  expect(shown).toMatch(/^2026-05-0[34]T\d\d:\d\d$/)
  expect(fromLocalInput(shown)).toBe('2026-05-03T12:00:00Z')
})

it('shows and reads nothing where there is no time', () => {
  expect(toLocalInput(null)).toBe('')
  expect(toLocalInput('yesterday')).toBe('')
  expect(fromLocalInput('')).toBeNull()
})
