// The monitor in a real browser, against a running adfill that collects from the platform simulator. The caller starts both.
//
//   ADFILL_URL         where adfill listens (http://127.0.0.1:8080)
//   ADFILL_TOKEN       an API token that may change things
//   SIMULATED_ACCOUNT  JSON of what to type into the form: {"advertiser", "account_id", "access_token", "since", "until"};
//                      what is left out: Acme, act_42, any token, the last two years. The account must not be there yet.
//   SCREENSHOT_DIR     pictures of each step go here
//   CHROMIUM           the browser (/usr/bin/chromium)
//
// Nothing here is retried, and nothing waits for a fixed time.
import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { leftoversOf } from './leftovers.mjs'
import { openBrowser, pictures, seriousViolations } from './session.mjs'
import { token, url } from './server.mjs'

const account = { advertiser: 'Acme', account_id: 'act_42', access_token: 'simulated', ...JSON.parse(process.env.SIMULATED_ACCOUNT ?? '{}') }
const collectingMs = 180_000 // two simulated years on a slow machine

describe('the monitor', () => {
  let browser, page, problems

  const picture = (name) => page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true })
  const adsJob = () => page.locator(`tr[data-account="${account.account_id}"][data-type="ads"]`)

  before(async () => {
    mkdirSync(pictures, { recursive: true })
    ;({ browser, page, problems } = await openBrowser())
  })
  after(() => browser?.close())

  it('refuses a wrong token in words and lets the right one in', async () => {
    await page.goto(url)
    await page.getByLabel('API token').fill('wrong')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('alert').waitFor()
    assert.match(await page.getByRole('alert').innerText(), /not valid/)
    await picture('1-sign-in')
    problems.expected(/401/)
    await page.getByLabel('API token').fill(token)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor()
    await page.locator('[data-live="live"]').waitFor()
  })

  it('adds an integration through the form', async () => {
    await page.getByRole('link', { name: 'Integrations' }).click()
    await page.getByRole('link', { name: 'Add integration' }).first().click()
    await page.getByLabel('Advertiser').fill(account.advertiser)
    await page.getByLabel('Account id').fill(account.account_id)
    await page.getByLabel('Access token').fill(account.access_token)
    if (account.since && account.until) {
      await page.getByRole('radio', { name: 'Own range' }).check()
      await page.getByLabel('From').fill(account.since)
      await page.getByLabel('To', { exact: true }).fill(account.until)
    }
    await page.getByRole('button', { name: 'What will it take?' }).click()
    await page.getByText(/^About [\d.,]+( \w+)? rows, [\d,.]+( \w+)? calls, \d+/).waitFor({ timeout: 60_000 })
    await picture('2-add-integration')
    assert.deepEqual(await seriousViolations(page), [])
    await page.getByRole('button', { name: 'Add and collect' }).click()
    await adsJob().waitFor()
  })

  it('shows the ads job advance by itself, without a reload, until it is completed', async () => {
    await page.evaluate(() => (window.neverReloaded = true))
    const progress = adsJob().getByTestId('progress')
    const seen = [await progress.innerText()]
    while ((await adsJob().locator('[data-status]').getAttribute('data-status')) !== 'completed') {
      await page.waitForFunction(
        ({ row, last }) => {
          const element = document.querySelector(row)
          return element.querySelector('[data-testid="progress"]').innerText !== last || element.querySelector('[data-status="completed"]') !== null
        },
        { row: `tr[data-account="${account.account_id}"][data-type="ads"]`, last: seen.at(-1) },
        { timeout: collectingMs },
      )
      const now = await progress.innerText()
      if (now !== seen.at(-1)) seen.push(now)
      if (seen.length === 3) await picture('3-jobs-running')
    }
    assert.ok(seen.length >= 3, `the progress was seen to advance less than twice: ${seen.join(', ')}`)
    const counts = seen.map((text) => Number(text.split('/')[0]))
    assert.deepEqual(counts, counts.toSorted((a, b) => a - b), 'progress never goes back')
    const [done, total] = seen.at(-1).split('/')
    assert.equal(done, total)
    assert.equal(await page.evaluate(() => window.neverReloaded), true)
    await picture('4-jobs-completed')
  })

  it('shows every chunk of the job, completed', async () => {
    const total = Number((await adsJob().getByTestId('progress').innerText()).split('/')[1])
    await adsJob().getByRole('link', { name: 'Ads' }).click()
    await page.locator('[data-chunk]').first().waitFor()
    assert.equal(await page.locator('[data-chunk][data-state="completed"]').count(), total)
    assert.equal(await page.locator('tbody [data-status="completed"]').count(), total)
    const lane = page.locator('[data-lane="0"]')
    await lane.getByRole('button').click()
    const slices = lane.getByRole('list', { name: /slices?$/ }).first()
    await slices.waitFor()
    const [days] = await slices.getByRole('listitem').allInnerTexts()
    assert.match(days, /^\d{4}-\d\d-\d\d – \d{4}-\d\d-\d\d\s+\d+ days, [\d,]+ rows$/)
    await picture('5-job')
    assert.deepEqual(await seriousViolations(page), [])
  })

  it('shows as many collected days in the calendar as the range has, and a receipt for each', async () => {
    const range = await page.locator('dd', { hasText: /^\d{4}-\d\d-\d\d – / }).innerText()
    const days = Number(/\((\d+) days\)/.exec(range)[1])
    await page.locator('main nav').getByRole('link').last().click()
    await page.locator('[role="option"]').first().waitFor()
    assert.equal(await page.locator('[role="option"]:not([data-state="gap"])').count(), days)
    await page.locator('[role="option"]').last().click()
    const receipt = page.getByRole('complementary', { name: 'Receipt' })
    await receipt.getByRole('row', { name: /^Cost/ }).waitFor()
    const [stored, platform] = await receipt.getByRole('row', { name: /^Cost/ }).getByRole('cell').allInnerTexts()
    assert.equal(stored, platform)
    await page.getByRole('img', { name: /Cost by day/ }).waitFor()
    const schedules = page.getByRole('region', { name: 'Every day by itself' })
    await schedules.getByText(/^every day, at 04:00/).waitFor()
    assert.equal(await schedules.getByRole('button', { name: 'Run now' }).count(), 3)
    await picture('6-integration')
    assert.deepEqual(await seriousViolations(page), [])
  })

  it('chooses the windows that conversions count in, and goes back to each ad set’s own', async () => {
    const dialog = page.getByRole('dialog', { name: 'Attribution' })
    await page.getByRole('button', { name: 'Change', exact: true }).click()
    await dialog.getByRole('radio', { name: 'Chosen windows' }).check()
    await dialog.getByLabel('After a click').selectOption('1-day click')
    await dialog.getByLabel('After a view').selectOption('Not counted')
    await picture('6-attribution')
    assert.deepEqual(await seriousViolations(page), [])
    await dialog.getByRole('button', { name: 'Save' }).click()
    await page.locator('dd', { hasText: /^1-day click/ }).waitFor()
    await page.getByRole('button', { name: 'Change', exact: true }).click()
    assert.equal(await dialog.getByLabel('After a click').inputValue(), '1d_click')
    await dialog.getByRole('radio', { name: 'As set in each ad set' }).check()
    await dialog.getByRole('button', { name: 'Save' }).click()
    await page.locator('dd', { hasText: /^As set in each ad set/ }).waitFor()
  })

  it('speaks Korean without a word of English left', async () => {
    await page.getByTestId('language').click()
    await page.getByRole('link', { name: '연동' }).first().waitFor()
    for (const [name, address] of [['integration', page.url()], ['overview', `${url}/`], ['jobs', `${url}/jobs`], ['quota', `${url}/quota`], ['integrations', `${url}/integrations`], ['add', `${url}/integrations/new`]]) {
      await page.goto(address)
      await page.locator('h1').waitFor()
      await page.waitForFunction(() => document.querySelector('main [role="status"][aria-label]') === null)
      assert.deepEqual(await leftoversOf(page), [], `English on ${address}`)
      await picture(`7-korean-${name}`)
    }
  })

  it('fits a phone and a dark room', async () => {
    await page.emulateMedia({ colorScheme: 'dark' })
    await page.setViewportSize({ width: 390, height: 844 })
    const fits = async (name) => {
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), true, `${name} scrolls sideways`)
      assert.deepEqual(await seriousViolations(page), [])
      await picture(`8-phone-dark-${name}`)
    }
    await page.goto(`${url}/jobs`)
    await adsJob().waitFor()
    await fits('jobs')
    await adsJob().getByRole('cell').first().getByRole('link').click()
    await page.locator('[data-chunk]').first().waitFor()
    await fits('job')
    await page.locator('main nav').getByRole('link').last().click()
    await page.locator('[role="option"]').first().waitFor()
    await fits('integration')
  })

  it('had no error on the console and kept its content security policy', () => {
    assert.deepEqual(problems.list(), [])
  })
})
