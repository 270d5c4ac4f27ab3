import { describe, expect, it } from 'vitest'
import type { Alert } from '../api/types'
import { en } from '../words/en'
import { ko } from '../words/ko'
import { alertText } from './alertText'

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
      const korean = alertText(alert({ kind, parameters: given }), ko, 'ko')
      const english = alertText(alert({ kind, parameters: given }), en, 'en')
      expect(korean, kind).toMatch(/[가-힣]/)
      expect(english, kind).not.toMatch(/[가-힣]/)
      expect([korean, english], kind).not.toContain('The server’s words.')
    }
  })
  it('names the account, its platform and the type', () => {
    const late = alert({ account_name: 'Shop', parameters: { collection_type: 'ads', day: '2026-07-29', newest_day: null } })
    expect(alertText(late, en, 'en')).toBe('Shop (Meta, Ads): Figures of Jul 29, 2026 should be here and are not; there are none yet.')
    expect(alertText(late, ko, 'ko')).toBe('Shop (Meta, 광고): 2026. 7. 29. 수치가 들어왔어야 하는데 아직 하나도 없습니다.')
  })
  it('calls conversions what the platform’s users call them', () => {
    const fall = (source: Alert['source']) => alert({ kind: 'metric_fall', source, parameters: { metric: 'conversions', since: '2026-07-29', accounts: 38, accounts_judged: 41 } })
    expect(alertText(fall('meta'), en, 'en')).toMatch(/^Meta purchases, since Jul 29, 2026: 38 of 41 accounts/)
    expect(alertText(fall('naver'), ko, 'ko')).toMatch(/^네이버 전환: 2026. 7. 29.부터 41개 계정 중 38개에서/)
  })
  it('is the server’s sentence where the parameters don’t tell enough', () => {
    for (const [kind] of parameters.filter(([kind]) => kind !== 'outage')) expect(alertText(alert({ kind }), ko, 'ko')).toBe('The server’s words.')
  })
})
