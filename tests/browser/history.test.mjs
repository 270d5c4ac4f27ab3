// A day that the platform restated: its receipt shows what moved the number. See overview.test.mjs for what it needs.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { leftoversOf } from './leftovers.mjs'
import { openBrowser, pictures, seriousViolations } from './session.mjs'
import { addCollected, call, collected, day, signIn, simulate, url } from './server.mjs'

const account = 'act_61'

describe('the history of a day', () => {
  let browser, page, problems, integration
  const range = { since: day(6), until: day(5), types: ['ads'] }

  before(async () => {
    integration = (await addCollected(account, range)).integration_id
    await simulate('restate', { account, ...range, types: undefined, factor_percent: 150 })
    await collected(await call('POST', `/v1/integrations/${integration}/initial-collection`, range))
    ;({ browser, page, problems } = await openBrowser())
    page.setDefaultTimeout(20_000)
    await signIn(page, problems)
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
    await page.screenshot({ path: join(pictures, 'day-history.png'), fullPage: true })
    assert.deepEqual(await seriousViolations(page), [])
    await page.getByRole('button', { name: '한국어' }).click()
    await moved.waitFor({ state: 'detached' })
    await page.screenshot({ path: join(pictures, 'day-history-korean.png'), fullPage: true })
    assert.deepEqual(await leftoversOf(page), [])
    await page.getByRole('button', { name: 'English' }).click()
    assert.deepEqual(problems.list(), [])
  })
})
