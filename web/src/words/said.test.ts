import { readFileSync, readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { ProblemError, type Problem } from '../api/problem'
import { failures } from './koFailures'
import { metaErrors, metaByWords } from './koMeta'
import { fields, problems } from './koProblems'
import { saidInEnglish, saidInKorean } from './said'

const sources = new URL('../../../src/', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, sources), 'utf8')
const serverFiles = readdirSync(sources, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(cpp|h|sql)$/.test(name) && !name.startsWith('simulator/'))
// A text that goes over several lines is one.
const server = serverFiles.map((name) => read(name).replace(/"\n\s*"/g, '')).join('\n')

const korean = saidInKorean({ unreachable: '응답 없음', formatDay: (day) => `<${day}>`, formatInstant: (time) => `<${time}>` })
const english = saidInEnglish({ unreachable: 'no answer' })
const refused = (given: Partial<Problem>) => new ProblemError({ type: 'about:blank', title: '', status: 422, detail: '', ...given })

// A row of the server's table: refused(190, 463, "words", advice, source).
type Row = { key: string; kind: string; hasAdvice: boolean }
const table = read('platform/meta/meta_error_table.cpp').split('constexpr auto rows')[1] ?? ''
const rows = [...table.matchAll(/^ +(\w*)[({](-?\d+), (\d+), (.*)[)}],/gm)].map(([, kind = '', code, subcode, rest = '']): Row => {
  const given = rest.replace(/"[^"]*"/g, 'words').split(', ')
  const advice = { refused: given[1], wrong: given[2], throttled: given[3] }[kind]
  return { key: subcode === '0' ? `${code}` : `${code}/${subcode}`, kind, hasAdvice: advice !== undefined }
})

describe('Meta’s errors in Korean', () => {
  it('are read from the server’s table, every row', () => {
    expect(rows.length).toBe((table.match(/^ {4}\S.*\d, \d+, /gm) ?? []).length)
    expect(rows.length).toBeGreaterThan(85)
    expect(rows).toContainEqual({ key: '190/463', kind: 'refused', hasAdvice: true })
    expect(rows).toContainEqual({ key: '2635', kind: 'wrong', hasAdvice: true })
    expect(rows).toContainEqual({ key: '3018', kind: '', hasAdvice: false })
  })
  it('have words for each row, and for no other', () => {
    expect(Object.keys(metaErrors).sort()).toEqual(rows.map(({ key }) => key).sort())
    for (const { words } of Object.values(metaErrors)) expect(words).toMatch(/[가-힣].*\.$/)
  })
  it('say what to do where the server does, and Meta’s own words where those are all there is', () => {
    for (const { key, kind, hasAdvice } of rows) {
      expect(metaErrors[key]?.advice !== undefined, key).toBe(hasAdvice)
      expect(metaErrors[key]?.quotes === true, key).toBe(kind === 'wrong' && !hasAdvice)
    }
  })
  it('tell apart by words what the server does', () => {
    const looked = [...read('platform/meta/meta_errors.cpp').matchAll(/words\.contains\("([^"]+)"\)/g)].map(([, words]) => words)
    expect(metaByWords.flatMap(({ holds }) => holds).sort()).toEqual(looked.sort())
  })
})

describe('a failure in Korean', () => {
  const expired = '(#190/463) Error validating access token: Session has expired. Make a new access token with ads_read'
  it('has the words and the advice of its code', () => {
    expect(korean.failure(expired)).toBe('액세스 토큰이 만료되었습니다. ads_read 권한이 있는 새 액세스 토큰을 발급해 등록하세요. 시스템 사용자(System user)의 토큰은 만료되지 않습니다. (Meta 190/463)')
    expect(english.failure(expired)).toBe(expired)
  })
  it('takes the code’s words where the subcode has none, and those of permissions from 200 to 299', () => {
    expect(korean.failure('(#190/999) odd')).toMatch(/^액세스 토큰이 유효하지 않거나 만료되었습니다\. .*\(Meta 190\/999\)$/)
    expect(korean.failure('(#275) odd')).toMatch(/^필요한 권한이 없거나 회수되었습니다\./)
  })
  it('goes by Meta’s words where only these tell', () => {
    expect(korean.failure('(#100) Invalid appsecret_proof provided')).toMatch(/앱 시크릿 코드/)
    expect(korean.failure('(#2500) An active access token must be used')).toMatch(/^액세스 토큰이/)
    expect(korean.failure('(#1) Please reduce the amount of data you’re asking for')).toMatch(/데이터가 너무 많습니다/)
  })
  it('quotes Meta where its words are all there is', () => {
    expect(korean.failure('(#100) Tried accessing nonexisting field (x)')).toBe('Meta가 요청의 매개변수를 받아들이지 않았습니다. Meta의 설명: “Tried accessing nonexisting field (x)” (Meta 100)')
  })
  it('is the server’s where no words are known', () => {
    for (const text of ['(#4711) Something new', 'Something new', '(#constructor) x']) expect(korean.failure(text)).toBe(text)
  })
  it('is put into words of its own within another', () => {
    expect(korean.failure('report 120 failed: (#2601) Later')).toBe('보고서를 만들지 못했습니다(120). 지금은 보고서를 조회할 수 없습니다. (Meta 2601)')
    expect(korean.failure('meta:account:act_1 is left alone until 2026-03-01T12:00:00Z: (#17) Too many')).toBe('호출 한도 meta:account:act_1: <2026-03-01T12:00:00Z>까지 호출하지 않고 기다립니다. 이 광고 계정의 호출이 너무 많습니다. (Meta 17)')
  })
  it.each(failures(String, String).map(([sentence]) => sentence))('has a sentence that the server says: %s', (sentence) => {
    const pieces = sentence.split('{}').map((piece) => piece.replace(/: $/, '')) // what follows is often put there by another
    for (const piece of pieces.filter((each) => /[a-z]{2}/.test(each))) expect(server.includes(piece), piece).toBe(true)
    const said = korean.failure(sentence.replaceAll('{}', 'x'))
    expect(said).toMatch(/[가-힣]/)
    expect(said).not.toContain('undefined')
  })
})

describe('a refusal in Korean', () => {
  const documented = (parse(read('../docs/openapi.yaml')) as { components: { schemas: Record<string, { enum: string[] }> } }).components.schemas
  it('has words for each code that the server gives', () => {
    const codes = [...server.matchAll(/\bProblem(?: problem)?\(\d+, "(\w+)"/g)].map(([, code]) => code ?? '')
    const ofStatus = [...(server.split('std::string code_of(int status)')[1]?.split('\n}')[0] ?? '').matchAll(/return "(\w+)"/g)].map(([, code]) => code ?? '')
    expect([...new Set([...codes, ...ofStatus])].sort()).toEqual(documented.ProblemCode?.enum)
    expect([...Object.keys(problems), 'invalid', 'platform_unreachable', 'refused_by_platform'].sort()).toEqual(documented.ProblemCode?.enum)
    expect(Object.keys(fields).sort()).toEqual(documented.FieldCode?.enum)
    for (const code of Object.keys(fields)) expect(server.includes(`"${code}"`), code).toBe(true)
  })
  it('says of a field what is wrong, and from which day on it works', () => {
    const error = refused({ code: 'invalid', detail: 'd', errors: [{ field: 'initial.since', message: 'm', code: 'too_old' }], earliest: '2023-05-01' })
    expect(korean.field(error, 'initial.since')).toBe('플랫폼의 보관 기간이 지난 날짜입니다. <2023-05-01>부터 요청할 수 있습니다.')
    expect(korean.problem(error)).toBe(korean.field(error, 'initial.since'))
    expect(korean.field(error, 'initial.until')).toBeUndefined()
    expect(english.field(error, 'initial.since')).toBe('m')
  })
  it('of a platform tells the platform’s reason', () => {
    const message = '(#190/463) Session has expired.'
    const error = refused({ code: 'refused_by_platform', detail: message, errors: [{ field: 'credentials', message }] })
    expect(korean.field(error, 'credentials')).toMatch(/^액세스 토큰이 만료되었습니다\./)
    expect(korean.problem(error)).toMatch(/^액세스 토큰이 만료되었습니다\./)
    const away = refused({ status: 503, code: 'platform_unreachable', detail: `the platform could not be asked about this account just now, try again: (#2) Down` })
    expect(korean.problem(away)).toBe('지금은 플랫폼에서 이 계정을 확인할 수 없습니다. 잠시 뒤 다시 시도하세요. Meta 서비스를 일시적으로 사용할 수 없습니다. (Meta 2)')
  })
  it('names the day whose rows were changed by hand', () => {
    expect(korean.problem(refused({ code: 'changed_by_hand', detail: 'The rows of 2026-05-03 are not what' }))).toMatch(/^2026-05-03의 행이/)
  })
  it('keeps the server’s words of what it does not know', () => {
    expect(korean.problem(refused({ code: 'toString', detail: 'Something new.' }))).toBe('Something new.')
    expect(korean.problem(refused({ code: 'invalid', detail: 'limit must be less.', errors: [{ field: 'limit', message: 'must be less' }] }))).toBe('보낸 값이 올바르지 않습니다: limit must be less.')
    expect(korean.field(refused({ code: 'invalid', errors: [{ field: 'limit', message: 'must be less' }] }), 'limit')).toBe('must be less')
  })
  it('tells a proxy’s page and silence', () => {
    expect(korean.problem(refused({ status: 502, detail: 'HTTP 502' }))).toBe('서버가 요청을 처리하지 못했습니다(HTTP 502).')
    expect([korean.problem(refused({ status: 0 })), korean.problem(new Error('x'))]).toEqual(['응답 없음', '응답 없음'])
    expect(english.problem(refused({ status: 0 }))).toBe('no answer')
  })
})
