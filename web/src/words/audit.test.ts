import { readFileSync, readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { en } from './en'
import { ko } from './ko'

const server = new URL('../../../src/', import.meta.url)

// What the server writes into its audit log: the dotted texts in calls that write there.
function verbsOf(source: string): string[] {
  const calls = [...source.matchAll(/\b(?:write_audit|note|note_sign_in)\(([^;]*);/g)].map(([, given]) => given ?? '')
  return calls.flatMap((given) => [...given.matchAll(/"([a-z_]+(?:[ .][a-z_]+)+)"/g)].map(([, verb]) => verb ?? ''))
}

const sources = readdirSync(server, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.cpp'))
const verbs = [...new Set(sources.flatMap((name) => verbsOf(readFileSync(new URL(name, server), 'utf8'))))]

describe('the audit log', () => {
  it('is read from the server’s own sources', () => {
    expect(verbs.length).toBeGreaterThanOrEqual(24)
    expect(verbs).toEqual(expect.arrayContaining(['days.undo', 'integration.drop_thumbnails', 'schedule.pause', 'session.refused', 'secrets.rotate']))
  })
  it.each([['English', en] as const, ['Korean', ko] as const])('has words in %s for everything that the server notes', (_, words) => {
    expect(verbs.filter((verb) => !(verb in words.audit.what))).toEqual([])
  })
  it('has words for what older versions noted', () => {
    for (const verb of ['undo', 'release days']) expect(en.audit.what).toHaveProperty(verb)
  })
})
