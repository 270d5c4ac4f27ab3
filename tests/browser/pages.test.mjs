// Explore, Alerts, Settings and Audit in a real browser, and every page through axe, against a running adfill; see monitor.test.mjs for what it needs. It
// collects an account of its own, so it can run before, after or beside the other tests.
import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { leftoversOf } from './leftovers.mjs'
import { openBrowser, pictures, seriousViolations } from './session.mjs'
import { addCollected, day, signIn, url } from './server.mjs'

const pages = ['', 'jobs', 'integrations', 'integrations/new', 'coverage', 'quota', 'explore', 'alerts', 'settings', 'audit']
// Of width, theme and language every two meet, in half of the looks there are.
const screens = [
  { width: 1440, height: 900, looks: [{ language: 'en', theme: 'light' }, { language: 'ko', theme: 'dark' }] },
  { width: 360, height: 740, looks: [{ language: 'en', theme: 'dark' }, { language: 'ko', theme: 'light' }] },
]

describe('the pages beside jobs and integrations', () => {
  let browser, page, problems
  const name = `made in a browser ${process.pid}`

  let behind // the lists: an account's pages and a job's

  async function collectOne() {
    const { integration_id, jobs } = await addCollected('act_91', { since: day(20), until: day(2) })
    behind = [`integrations/${integration_id}`, `integrations/${integration_id}/history`, `jobs/${jobs[0].id}`]
  }
  const picture = (called) => page.screenshot({ path: join(pictures, `${called}.png`), fullPage: true })
  const heading = () => page.getByRole('heading', { level: 1 }).waitFor()

  before(async () => {
    mkdirSync(pictures, { recursive: true })
    await collectOne()
    ;({ browser, page, problems } = await openBrowser())
    await signIn(page, problems)
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

  const called = (at) => at.replace(/[0-9a-f-]{36}/, 'one').replaceAll('/', '-') || 'overview'

  it('has no serious fault that axe finds, in either language, theme or width, no page that is too wide, and no English in Korean', async () => {
    const all = [...pages, ...behind, 'nowhere']
    for (const { width, height, looks } of screens) {
      await page.setViewportSize({ width, height })
      for (const at of all) {
        await page.goto(`${url}/${at}`)
        await page.locator('main h1, main h3').first().waitFor()
        await page.waitForFunction(() => document.querySelector('main [role="status"][aria-label]') === null)
        for (const { language, theme } of looks) {
          await page.emulateMedia({ colorScheme: theme })
          if ((await page.locator('html').getAttribute('lang')) !== language) await page.getByTestId('language').click()
          const where = `${at} ${language} ${theme} ${width}`
          assert.deepEqual(await seriousViolations(page), [], where)
          if (language === 'ko') assert.deepEqual(await leftoversOf(page), [], `English on ${where}`)
          const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
          assert.ok(over <= 0, `${where} is ${over} pixels wider than its screen`)
          await picture(`${called(at)}-${language}-${theme}-${width}`)
        }
        await page.getByTestId('language').click()
      }
    }
    assert.deepEqual(problems.list(), [])
  })
})
