import { describe, expect, it } from 'vitest'
import { en } from './en'
import { ko } from './ko'

type Entry = [path: string, value: unknown]

function entries(tree: object, path = ''): Entry[] {
  return Object.entries(tree).flatMap(([key, value]): Entry[] =>
    typeof value === 'object' && value !== null ? entries(value as object, `${path}${key}.`) : [[path + key, value]],
  )
}

// Names that are the same in both languages.
const sameOnPurpose = new Set(['source.meta', 'source.google_ads'])

describe('the words', () => {
  it('are the same set in both languages', () => {
    expect(entries(ko).map(([path]) => path).sort()).toEqual(entries(en).map(([path]) => path).sort())
  })
  it('are all translated, and none is empty', () => {
    const korean = new Map(entries(ko))
    for (const [path, english] of entries(en)) {
      const translated = korean.get(path)
      expect(typeof translated, path).toBe(typeof english)
      if (typeof translated !== 'string') continue
      expect(translated.trim(), path).not.toBe('')
      if (!sameOnPurpose.has(path)) expect(translated, path).not.toBe(english)
    }
  })
  it('put everything they are given into the sentence', () => {
    for (const [path, value] of [...entries(en), ...entries(ko)]) {
      if (typeof value !== 'function') continue
      const given = Array.from({ length: value.length }, (_, index) => 7001 + index)
      const sentence = String((value as (...values: number[]) => string)(...given))
      for (const each of given) expect(sentence, path).toContain(String(each))
    }
  })
})
