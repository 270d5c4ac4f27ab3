import { expect, test } from 'vitest'
import { badgeText } from './count'

test('no open alerts are no badge, many are more than a page', () => {
  expect(badgeText(0, false)).toBeNull()
  expect(badgeText(3, false)).toBe('3')
  expect(badgeText(100, true)).toBe('100+')
})
