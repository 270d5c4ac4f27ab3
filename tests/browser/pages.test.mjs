// Explore, Alerts, Settings and Audit in a real browser, and every page through axe, against a running adfill; see monitor.test.mjs for what it needs. It looks
// at whatever figures are there, so it can run before, after or beside the other test.
import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { openBrowser, seriousViolations } from './session.mjs'

const url = process.env.ADFILL_URL ?? 'http://127.0.0.1:8080'
const token = process.env.ADFILL_TOKEN
assert.ok(token, 'ADFILL_TOKEN is not set')
const pictures = process.env.SCREENSHOT_DIR ?? 'screenshots'
const pages = ['', 'jobs', 'integrations', 'quota', 'explore', 'alerts', 'settings', 'audit']

describe('the pages beside jobs and integrations', () => {
  let browser, page, problems
  const name = `made in a browser ${process.pid}`

  const picture = (called) => page.screenshot({ path: join(pictures, `${called}.png`), fullPage: true })
  const heading = () => page.getByRole('heading', { level: 1 }).waitFor()

  before(async () => {
    mkdirSync(pictures, { recursive: true })
    ;({ browser, page, problems } = await openBrowser())
    await page.goto(url)
    await page.getByLabel('API token').fill(token)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor()
    problems.expected(/401/)
  })
  after(() => browser?.close())

  it('makes a token that works, shows it once, and revokes it', async () => {
    await page.getByRole('link', { name: 'Settings' }).click()
    await page.getByRole('button', { name: 'New token' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Name').fill(name)
    await dialog.getByLabel('Advertisers').fill('Acme, Bolt')
    await picture('new-token')
    await dialog.getByRole('button', { name: 'Make the token' }).click()
    const made = await page.getByTestId('new-token').innerText()
    const seen = () => fetch(`${url}/v1/jobs`, { headers: { authorization: `Bearer ${made}` } })
    assert.equal((await seen()).status, 200)
    await dialog.getByRole('button', { name: 'Close' }).last().click()
    const row = page.getByRole('row').filter({ hasText: name })
    await row.getByText('Acme, Bolt').waitFor()
    assert.equal(await page.getByText(made).count(), 0)
    await picture('settings')
    await row.getByRole('button', { name: `Revoke ${name}` }).click()
    await dialog.getByRole('button', { name: 'Revoke', exact: true }).click()
    await row.waitFor({ state: 'detached' })
    assert.equal((await seen()).status, 401)
  })

  it('tells in the audit log who did it', async () => {
    await page.getByRole('link', { name: 'Audit' }).click()
    const row = page.getByRole('row').filter({ hasText: 'Revoked a token' }).filter({ hasText: name })
    await row.waitFor()
    await picture('audit')
  })

  it('makes an alert channel, never shows its whole URL, and removes it', async () => {
    await page.getByRole('link', { name: 'Alerts', exact: true }).click()
    await heading()
    await page.getByRole('button', { name: 'Add a channel' }).click()
    const dialog = page.getByRole('dialog')
    const host = `http://receiver-${process.pid}.example`
    await dialog.getByLabel('Where to').fill('nowhere')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await dialog.getByText('must be a URL').waitFor()
    problems.expected(/422/)
    await dialog.getByLabel('Where to').fill(`${host}/planted-path`)
    await dialog.getByRole('button', { name: 'Save' }).click()
    const row = page.getByRole('row').filter({ hasText: host })
    await row.waitFor()
    assert.equal(await page.getByText('planted-path').count(), 0)
    await picture('alerts')
    await row.getByRole('button', { name: `Remove ${host}` }).click()
    await dialog.getByRole('button', { name: 'Remove', exact: true }).click()
    await row.waitFor({ state: 'detached' })
  })

  it('explores figures by every group, each a link of its own', async () => {
    await page.getByRole('link', { name: 'Explore' }).click()
    await heading()
    for (const group of ['Day', 'Campaign', 'Source', 'Gender', 'Age']) {
      await page.getByRole('radio', { name: group }).check({ force: true })
      await page.locator('[role="status"][aria-label="Loading"]').waitFor({ state: 'detached' })
      const names = await page.locator('tbody td:first-child').allInnerTexts()
      assert.ok(names.length > 0, `no rows by ${group}`)
      assert.deepEqual(names.filter((text) => text.trim() === ''), [], `rows without a name by ${group}`)
      assert.equal(new Set(names).size, names.length, `a name twice by ${group}`)
      await picture(`explore-${group.toLowerCase()}`)
    }
    assert.match(page.url(), /by=age/)
  })

  it('has no serious fault that axe finds, in either language, theme or width, and no page that is too wide', async () => {
    for (const [width, height] of [[1440, 900], [360, 740]]) {
      await page.setViewportSize({ width, height })
      for (const at of pages) {
        await page.goto(`${url}/${at}`)
        await heading()
        await page.waitForFunction(() => document.querySelector('main [role="status"][aria-label]') === null)
        for (const language of ['en', 'ko']) {
          if ((await page.locator('html').getAttribute('lang')) !== language) await page.getByRole('button', { name: language === 'ko' ? '한국어' : 'English' }).click()
          assert.deepEqual(await seriousViolations(page), [], `${at} ${language} ${width}`)
          const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
          assert.ok(over <= 0, `${at} ${language} is ${over} pixels wider than a screen of ${width}`)
          await picture(`${at || 'overview'}-${language}-${width}`)
        }
        await page.getByRole('button', { name: 'English' }).click()
      }
    }
    assert.deepEqual(problems.list(), [])
  })
})
