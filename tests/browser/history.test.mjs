// A day that the platform restated: its receipt shows what moved the number. See overview.test.mjs for what it needs.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { leftoversOf } from './leftovers.mjs'
import { openBrowser, seriousViolations } from './session.mjs'

const url = process.env.ADFILL_URL ?? 'http://127.0.0.1:8080'
const token = process.env.ADFILL_TOKEN
const simulator = process.env.SIMULATOR_URL
assert.ok(token && simulator, 'ADFILL_TOKEN or SIMULATOR_URL is not set')
const account = 'act_61'
const day = (before) => new Date(Date.now() + 9 * 3_600_000 - before * 86_400_000).toISOString().slice(0, 10) // Seoul's

async function call(method, path, body) {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const response = await fetch(url + path, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) })
  assert.ok(response.ok, `${method} ${path}: ${response.status} ${await response.clone().text()}`)
  return response.json()
}

async function collected({ jobs }) {
  const open = ['pending', 'running']
  for (const { id } of jobs) {
    while (open.includes((await call('GET', `/v1/jobs/${id}`)).status)) await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

describe('the history of a day', () => {
  let browser, page, problems, integration
  const range = { since: day(6), until: day(5), types: ['ads'] }

  before(async () => {
    const added = await call('POST', '/v1/integrations', { advertiser: 'Acme', source: 'meta', account_id: account, credentials: { access_token: 'EAAmonitor' }, initial: range })
    integration = added.integration_id
    await collected(added)
    const restated = await fetch(`${simulator}/simulator/restate`, { method: 'POST', body: JSON.stringify({ account, ...range, types: undefined, factor_percent: 150 }) })
    assert.ok(restated.ok)
    await collected(await call('POST', `/v1/integrations/${integration}/initial-collection`, range))
    ;({ browser, page, problems } = await openBrowser())
    page.setDefaultTimeout(20_000)
    await page.goto(url)
    await page.getByLabel('API token').fill(token)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor()
    problems.expected(/401/)
  })
  after(() => browser?.close())

  it('tells on the receipt from what to what a restatement moved the day, in both languages', async () => {
    await page.goto(`${url}/integrations/${integration}`)
    await page.locator(`[data-date="${range.since}"]`).first().click()
    const receipt = page.getByRole('complementary', { name: 'Receipt' })
    const moved = receipt.getByRole('region', { name: 'What moved it' })
    await moved.getByRole('listitem').first().waitFor()
    assert.equal(await moved.getByRole('listitem').count(), 1)
    const { changes } = await call('GET', `/v1/coverage/history?integration_id=${integration}&type=ads&since=${range.since}&until=${range.since}`)
    const shown = (number) => Number(number).toLocaleString('en-US')
    const words = await moved.innerText()
    for (const totals of [changes[0].before, changes[0].after]) assert.ok(words.includes(shown(totals.impressions)), words)
    assert.notEqual(changes[0].before.impressions, changes[0].after.impressions)
    await page.screenshot({ path: join(process.env.SCREENSHOT_DIR ?? 'screenshots', 'day-history.png'), fullPage: true })
    assert.deepEqual(await seriousViolations(page), [])
    await page.getByRole('button', { name: '한국어' }).click()
    await moved.waitFor({ state: 'detached' })
    await page.screenshot({ path: join(process.env.SCREENSHOT_DIR ?? 'screenshots', 'day-history-korean.png'), fullPage: true })
    assert.deepEqual(await leftoversOf(page), [])
    await page.getByRole('button', { name: 'English' }).click()
    assert.deepEqual(problems.list(), [])
  })
})
