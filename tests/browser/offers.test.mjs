// Accounts that a stored token has come to see: offered on the first page and among the integrations, added without a token, or
// dismissed. A server of its own, whose database is made a day older by hand.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { addIntegration, call, freshFolder, startServer, startSimulator, token, until } from '../end_to_end/adfill.mjs'
import { openBrowser, pictures, seriousViolations, signInAt } from './session.mjs'

const folder = freshFolder()

describe('accounts that could be added', () => {
  let browser, page, problems, simulator, server

  before(async () => {
    simulator = await startSimulator({ ads: 3, days: 30 })
    server = await startServer(simulator, folder)
    await addIntegration(server, 'act_1', null)
    for (const account of ['act_7', 'act_8']) await simulator.get(`/simulator/truth?account=${account}`) // from now on the token sees them
    await server.stop()
    execFileSync('sqlite3', [join(folder, 'adfill.db'), "UPDATE integrations SET created_at = '2020-01-01T00:00:00.000Z'"])
    server = await startServer(simulator, folder)
    await until('the accounts are offered', async () => (await call(server, 'GET', '/v1/account-offers')).json.offers.length === 2)
    ;({ browser, page, problems } = await openBrowser())
    page.setDefaultTimeout(20_000)
    await signInAt(server.url, token, { page, problems })
  })
  after(async () => {
    await browser?.close()
    await server?.stop()
    await simulator?.stop()
    fs.rmSync(folder, { recursive: true, force: true })
  })

  const offer = (account) => page.locator(`[data-offer=${account}]`)
  const picture = (name) => page.screenshot({ path: join(pictures, `offers-${name}.png`), fullPage: true })

  it('the first page tells of them', async () => {
    await page.getByRole('heading', { name: '2 more accounts can be seen with stored tokens' }).waitFor()
    assert.match(await offer('act_7').innerText(), /act_7 · KRW · Asia\/Seoul · seen with the token of Acme/)
    await picture('overview')
    assert.deepEqual(await seriousViolations(page), [])
  })

  it('one is added with the stored token, and then is no offer any more', async () => {
    await page.goto(`${server.url}/integrations`)
    await offer('act_7').getByRole('button', { name: /^Add / }).click()
    const dialog = page.getByRole('dialog')
    assert.equal(await dialog.getByLabel('Advertiser').inputValue(), 'Acme')
    await picture('dialog')
    assert.deepEqual(await seriousViolations(page), [])
    await dialog.getByRole('button', { name: 'Add', exact: true }).click()
    await page.locator('[data-account=act_7]').waitFor()
    await page.getByRole('heading', { name: '1 more account can be seen with a stored token' }).waitFor()
    assert.equal(await offer('act_7').count(), 0)
  })

  it('in Korean and on a phone the other one is dismissed for good', async () => {
    await page.setViewportSize({ width: 360, height: 740 })
    await page.evaluate(() => localStorage.setItem('adfill.language', 'ko'))
    await page.goto(`${server.url}/integrations`)
    const ko = page.getByRole('heading', { name: '저장된 토큰으로 볼 수 있는 계정이 1개 더 있습니다' })
    await page.getByRole('heading', { level: 1 }).waitFor()
    if ((await page.evaluate(() => document.documentElement.lang)) !== 'ko') await page.getByRole('button', { name: '한국어' }).click()
    await ko.waitFor()
    await picture('phone.ko')
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), 'nothing sticks out')
    assert.deepEqual(await seriousViolations(page), [])
    await offer('act_8').getByRole('button', { name: '다시 표시하지 않기' }).click()
    await ko.waitFor({ state: 'detached' })
    await page.reload()
    await page.locator('[data-account=act_7]').waitFor()
    assert.equal(await page.locator('[data-offer]').count(), 0)
    assert.deepEqual(problems.list(), [])
  })
})
