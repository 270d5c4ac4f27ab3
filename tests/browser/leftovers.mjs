// English words of the monitor that stand on a page which should be in Korean.
import { readFileSync } from 'node:fs'

const read = (language) => ['', 'Coverage', 'Figures', 'Operation'].map((part) => readFileSync(new URL(`../../web/src/words/${language}${part}.ts`, import.meta.url), 'utf8')).join('\n')
const isPlatforms = (text) => text.startsWith('(#') // a platform's own words stay as they are

// Whole texts ('Jobs') and the fixed pieces of texts with a value in them (`about ${time} left`).
function textsOf(source) {
  const whole = [...source.matchAll(/'((?:[^'\\\n]|\\.)*)'/g)].map(([, text]) => text)
  const pieces = [...source.matchAll(/`([^`]*)`/g)].flatMap(([, text]) => text.split(/\$\{[^}]*\}/).map((piece) => piece.trim()))
  return { whole, pieces: pieces.filter((piece) => /[A-Za-z]{3}/.test(piece)) }
}

const english = textsOf(read('en'))
const korean = new Set([...textsOf(read('ko')).whole, 'English'])
// By whole words: "and" is none of a brand.
const pieces = english.pieces.map((piece) => new RegExp(`(?<![A-Za-z])${piece.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![A-Za-z])`))
const whole = new Set(english.whole.filter((text) => /[A-Za-z]{2}/.test(text) && !korean.has(text)))

export async function leftoversOf(page) {
  const shown = await page.evaluate(() => {
    const texts = []
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    while (walker.nextNode()) texts.push(walker.currentNode.data)
    for (const element of document.querySelectorAll('[aria-label], [title], [placeholder]')) {
      for (const name of ['aria-label', 'title', 'placeholder']) texts.push(element.getAttribute(name) ?? '')
    }
    return texts.map((text) => text.trim()).filter(Boolean)
  })
  return [...new Set(shown)].filter((text) => !isPlatforms(text)).filter((text) => whole.has(text) || pieces.some((piece) => piece.test(text)))
}
