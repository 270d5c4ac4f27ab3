import { describe, expect, it } from 'vitest'
import type { Alert } from '../api/types'
import { en } from '../words/en'
import { ko } from '../words/ko'
import { saidInEnglish, saidInKorean } from '../words/said'
import { alertText } from './alertText'

const inEnglish = saidInEnglish({ unreachable: '' })
const inKorean = saidInKorean({ unreachable: '', formatDay: String, formatInstant: String })

const alert = (given: Partial<Alert>): Alert => ({
  id: '3f0c1a52-8d1e-4c55-9a0b-6f1f1f0f2c11', kind: 'freshness', state: 'open', integration_id: null, source: 'meta', account_name: '',
  message: 'The server’s words.', parameters: {}, opened_at: '2026-08-01T00:00:00Z', closed_at: null, ...given,
})
const parameters: [Alert['kind'], Alert['parameters']][] = [
  ['freshness', { collection_type: 'ads', day: '2026-07-29', newest_day: '2026-07-27' }],
  ['freshness', { collection_type: 'ads', day: '2026-07-29', newest_day: null }],
  ['credentials', { reason: 'refused', error: '(#190) token expired' }],
  ['credentials', { reason: 'expiring', day: '2026-07-29' }],
  ['job_failed', { collection_type: 'ads', since: '2026-07-01', until: '2026-07-29', more: 0, error: 'gone' }],
  ['job_failed', { collection_type: 'ads', since: '2026-07-01', until: '2026-07-29', more: 2, error: 'gone' }],
  ['unparsable', { collection_type: 'ads', since: '2026-07-01', until: '2026-07-01', more: 0, error: 'no JSON' }],
  ['mismatch', { collection_type: 'ads', days: 2, newest_day: '2026-07-29' }],
  ['outage', {}],
  ['queue', { waiting_since: '2026-07-29T00:00:00Z', workers: 0 }],
  ['queue', { waiting_since: '2026-07-29T00:00:00Z', workers: 2 }],
  ['metric_fall', { metric: 'conversions', since: '2026-07-29', accounts: 38, accounts_judged: 41 }],
  ['metric_fall', { metric: 'cost', since: '2026-07-29' }],
]

describe('what an alert says', () => {
  it('is told of every kind in both languages, in words of its own', () => {
    for (const [kind, given] of parameters) {
      const korean = alertText(alert({ kind, parameters: given }), ko, 'ko', inKorean)
      const english = alertText(alert({ kind, parameters: given }), en, 'en', inEnglish)
      expect(korean, kind).toMatch(/[가-힣]/)
      expect(english, kind).not.toMatch(/[가-힣]/)
      expect([korean, english], kind).not.toContain('The server’s words.')
    }
  })
  it('names the account, its platform and the type', () => {
    const late = alert({ account_name: 'Shop', parameters: { collection_type: 'ads', day: '2026-07-29', newest_day: null } })
    expect(alertText(late, en, 'en', inEnglish)).toBe('Shop (Meta, Ads): Figures of Jul 29, 2026 should be here and are not; there are none yet.')
    expect(alertText(late, ko, 'ko', inKorean)).toBe('Shop (Meta, 광고): 2026. 7. 29. 수치가 들어왔어야 하는데 아직 하나도 없습니다.')
  })
  it('says in Korean why the platform refuses, and what to do', () => {
    const refused = alert({ kind: 'credentials', parameters: { reason: 'refused', error: '(#190/463) Session has expired. Make a new access token' } })
    expect(alertText(refused, ko, 'ko', inKorean)).toMatch(/거부된 이유: 액세스 토큰이 만료되었습니다\. .*발급해 등록하세요\. .* \(Meta 190\/463\)$/)
    expect(alertText(refused, en, 'en', inEnglish)).toContain('(#190/463) Session has expired')
  })
  it('calls conversions what the platform’s users call them', () => {
    const fall = (source: Alert['source']) => alert({ kind: 'metric_fall', source, parameters: { metric: 'conversions', since: '2026-07-29', accounts: 38, accounts_judged: 41 } })
    expect(alertText(fall('meta'), en, 'en', inEnglish)).toMatch(/^Meta purchases, since Jul 29, 2026: 38 of 41 accounts/)
    expect(alertText(fall('naver'), ko, 'ko', inKorean)).toMatch(/^네이버 전환: 2026. 7. 29.부터 41개 계정 중 38개에서/)
  })
  it('is the server’s sentence where the parameters don’t tell enough', () => {
    for (const [kind] of parameters.filter(([kind]) => kind !== 'outage')) expect(alertText(alert({ kind }), ko, 'ko', inKorean)).toBe('The server’s words.')
  })
})
