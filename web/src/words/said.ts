// What the server said, in the reader's language. The server says it in English, with codes for programs; Korean has words of its
// own for the codes that it knows, and the server's stand in for the rest.
import { isProblem, type ProblemError } from '../api/problem'
import type { FieldError } from '../api/types'
import { failures } from './koFailures'
import { metaErrors, metaByWords, type MetaWords } from './koMeta'
import { fields, otherwise, problems } from './koProblems'

export type Said = {
  // Why a request was refused; an error that is none of the server's says that it does not answer.
  problem: (error: unknown) => string
  // What is wrong with one field of the request, if the server named it.
  field: (error: unknown, name: string) => string | undefined
  // A failure of an attempt, a chunk, an account: the platform's words, or adfill's about it.
  failure: (text: string) => string
}

export type SaidWith = { unreachable: string; formatDay: (day: string) => string; formatInstant: (time: string) => string }

export function saidInEnglish({ unreachable }: Pick<SaidWith, 'unreachable'>): Said {
  return {
    problem: (error) => (isProblem(error) && error.message) || unreachable,
    field: (error, name) => entryOf(error, name)?.message,
    failure: (text) => text,
  }
}

export function saidInKorean(given: SaidWith): Said {
  const failure = (text: string) => failureInKorean(text, given.formatInstant)
  return {
    problem: (error) => (isProblem(error) && error.message ? problemInKorean(error, failure, given) : given.unreachable),
    field: (error, name) => {
      const entry = entryOf(error, name)
      return entry && isProblem(error) ? fieldInKorean(entry, error, failure, given) : undefined
    },
    failure,
  }
}

const entryOf = (error: unknown, name: string) => (isProblem(error) ? error.problem.errors?.find(({ field }) => field === name) : undefined)

function fieldInKorean(entry: FieldError, { problem }: ProblemError, failure: Said['failure'], { formatDay }: SaidWith): string {
  if (problem.code === 'refused_by_platform') return failure(entry.message)
  if (entry.code === 'too_old' && problem.earliest) return otherwise.tooOld(formatDay(problem.earliest))
  return (entry.code && own(fields, entry.code)) ?? entry.message
}

function problemInKorean(error: ProblemError, failure: Said['failure'], given: SaidWith): string {
  const { code, detail, errors, status } = error.problem
  if (code === undefined) return otherwise.http(status)
  if (code === 'refused_by_platform' || code === 'platform_unreachable') return failure(detail)
  if (code === 'invalid') {
    if (!errors?.length || !errors.every((entry) => entry.code)) return otherwise.invalid(detail)
    return [...new Set(errors.map((entry) => fieldInKorean(entry, error, failure, given)))].join(' ')
  }
  const sentence = own(problems, code)
  return typeof sentence === 'function' ? sentence(detail) : (sentence ?? detail)
}

// A server newer than this page may send codes that the page has no words for.
const own = <Value>(words: Record<string, Value>, key: string): Value | undefined => (Object.hasOwn(words, key) ? words[key] : undefined)

// The mark with which the server begins what a platform said: "(#190/463) ".
const mark = /\(#(-?\d+)(?:\/(-?\d+))?\) ?/

function failureInKorean(text: string, formatInstant: (time: string) => string): string {
  const say = (inner: string) => failureInKorean(inner, formatInstant)
  if (text.search(mark) !== 0) {
    const when = (time: string) => (Number.isNaN(Date.parse(time)) ? time : formatInstant(time))
    for (const [sentence, korean] of failures(say, when)) {
      const values = valuesIn(text, sentence)
      if (values) return korean(...values)
    }
  }
  const found = mark.exec(text)
  if (!found?.[1]) return text
  const [, code, subcode] = found
  const row = metaRow(code, subcode, text)
  if (!row) return text
  const told = text.slice(found.index + found[0].length)
  const sentences = [row.words, row.advice, row.quotes && told && otherwise.quoted(told), `(Meta ${subcode ? `${code}/${subcode}` : code})`]
  return sentences.filter(Boolean).join(' ')
}

// Looked up as the server does in meta_errors.cpp: the row of the subcode, then what Meta's words tell, then the code's row.
function metaRow(code: string, subcode: string | undefined, text: string): MetaWords | undefined {
  const exact = subcode === undefined ? undefined : own(metaErrors, `${code}/${subcode}`)
  if (exact) return exact
  const plain = text.toLowerCase().replaceAll('’', "'")
  const byWords = metaByWords.find((each) => (each.code ?? code) === code && each.holds.every((words) => plain.includes(words)))
  return byWords?.says ?? own(metaErrors, code) ?? (Number(code) >= 200 && Number(code) <= 299 ? own(metaErrors, '200') : undefined)
}

// What stands in place of each {}; null when it is another sentence.
function valuesIn(text: string, sentence: string): string[] | null {
  const pattern = sentence.split('{}').map((piece) => piece.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${pattern.join('(.+?)')}$`, 's').exec(text)?.slice(1) ?? null
}
