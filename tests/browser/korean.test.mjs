// What the server and the platform say in English is read in Korean: a form that is refused, an account whose token expires, its
// jobs, attempts and alerts. A server of its own, since its platform refuses every token in the end.
import assert from 'node:assert/strict'
import fs from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { addIntegration, call, day, finished, freshFolder, startServer, startSimulator, token, until } from '../end_to_end/adfill.mjs'
import { leftoversOf } from './leftovers.mjs'
import { openBrowser, pictures, seriousViolations, signInAt } from './session.mjs'

const folder = freshFolder()
const expired = '액세스 토큰이 만료되었습니다. ads_read 권한이 있는 새 액세스 토큰을 발급해 등록하세요. 시스템 사용자(System user)의 토큰은 만료되지 않습니다. (Meta 190/463)'

describe('a Korean reader', () => {
  let browser, page, problems, simulator, server, integration

  before(async () => {
    simulator = await startSimulator({ ads: 3, days: 30 })
    server = await startServer(simulator, folder)
    const added = await addIntegration(server, 'act_1', { since: day(-9), until: day(-2) })
    integration = added.json.integration_id
    await finished(server, added.json.jobs)
    ;({ browser, page, problems } = await openBrowser())
    page.setDefaultTimeout(30_000)
    await signInAt(server.url, token, { page, problems }, 'ko')
  })
  after(async () => {
    await browser?.close()
    await server?.stop()
    await simulator?.stop()
    fs.rmSync(folder, { recursive: true, force: true })
  })

  const picture = (name) => page.screenshot({ path: join(pictures, `korean-${name}.png`), fullPage: true })
  const alerts = () => page.getByRole('alert').allInnerTexts()
  const isKorean = async () => {
    assert.deepEqual(await leftoversOf(page), [])
    assert.deepEqual(await seriousViolations(page), [])
  }
  const add = async (fields) => {
    await page.goto(`${server.url}/integrations/new`)
    for (const [label, value] of Object.entries({ 광고주: 'Acme', '계정 ID': 'act_5', '액세스 토큰': 'EAAgood', ...fields })) await page.getByLabel(label, { exact: true }).fill(value)
    return page.getByRole('button', { name: '추가하고 수집' }).click()
  }

  it('who pastes an expired token is told so, and what to do', async () => {
    await add({ '액세스 토큰': 'expired-token' })
    await page.getByRole('alert').waitFor()
    assert.deepEqual(await alerts(), [expired])
    await picture('expired')
    await isKorean()
    problems.expected(/422/)
  })

  it('who asks for days that are gone is told from which on it works', async () => {
    await page.goto(`${server.url}/integrations/new`)
    await page.getByRole('radio', { name: '직접 지정' }).check()
    for (const [label, value] of Object.entries({ 광고주: 'Acme', '계정 ID': 'act_5', '액세스 토큰': 'EAAgood', 시작일: '2001-01-01' })) await page.getByLabel(label, { exact: true }).fill(value)
    await page.getByRole('button', { name: '추가하고 수집' }).click()
    await page.getByRole('alert').waitFor()
    assert.match((await alerts()).join(), /^플랫폼의 보관 기간이 지난 날짜입니다\. \d{4}\. \d+\. \d+\.부터 요청할 수 있습니다\.$/)
    await isKorean()
    problems.expected(/422/)
  })

  it('who mistypes the account’s id is told its form', async () => {
    await add({ '계정 ID': 'shop' })
    await page.getByText('act_ 뒤에 숫자를 붙인 형식이어야 합니다. 예: act_1234567890').waitFor()
    problems.expected(/422/)
  })

  it('reads why an account stopped on its page, on its job and among the alerts', async () => {
    await simulator.post('/simulator/fault', { kind: 'expired_token', rate: 1 })
    const { json } = await call(server, 'POST', `/v1/integrations/${integration}/initial-collection`, { since: day(-9), until: day(-2), types: ['ads'] })
    const state = async () => (await call(server, 'GET', `/v1/integrations/${integration}`)).json
    await until('the token is refused', async () => (await state()).status === 'needs_auth')
    await page.goto(`${server.url}/integrations/${integration}`)
    await page.getByText(expired).waitFor()
    await picture('account')
    await isKorean()
    await page.goto(`${server.url}/jobs/${json.jobs[0].id}`)
    await page.getByText(expired).first().waitFor()
    await picture('job')
    await isKorean()
    await until('an alert is open', async () => (await call(server, 'GET', '/v1/alerts?state=open')).json.alerts.length > 0)
    await page.goto(`${server.url}/alerts`)
    await page.getByText(`거부된 이유: ${expired}`).waitFor()
    await picture('alerts')
    await isKorean()
    assert.deepEqual(problems.list(), [])
  })
})
