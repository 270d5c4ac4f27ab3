import { expect, it } from 'vitest'
import { nextPlace } from './accountPlaces'

it('walks through a list in a circle, and stays where there is none', () => {
  expect(nextPlace(0, 3, 'ArrowDown')).toBe(1)
  expect(nextPlace(2, 3, 'ArrowDown')).toBe(0)
  expect(nextPlace(0, 3, 'ArrowUp')).toBe(2)
  expect(nextPlace(0, 0, 'ArrowUp')).toBe(0)
})
