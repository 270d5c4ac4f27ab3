// What people look at first, and with many of everything: several accounts of one token, the overview, quotas, a job's timeline,
// and lists of which only what the window shows is drawn. See monitor.test.mjs for what it needs; besides
//
//   SIMULATOR_URL  the platform simulator, for accounts and refusals that come when they are wanted
import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { leftoversOf } from './leftovers.mjs'
import { openBrowser, pictures, seriousViolations } from './session.mjs'
import { call, signIn, simulator, url } from './server.mjs'

const collectingMs = 180_000
const manyRequests = 60 // of three jobs each: more than a page, and more than a window shows

const onSimulator = (path, body) => fetch(simulator + path, body ? { method: 'POST', body: JSON.stringify(body) } : {})
const integrationOf = async (account) => (await call('GET', `/v1/integrations?search=${account}`)).integrations[0].id

describe('the monitor with many of everything', () => {
  let browser, page, problems

  const picture = (name, fullPage = true) => page.screenshot({ path: join(pictures, `${name}.png`), fullPage })
  const heading = (name) => page.getByRole('heading', { name, level: 1 }).waitFor()
  const fresh = (account) => page.locator(`[data-freshness="${account}"]`)

  before(async () => {
    mkdirSync(pictures, { recursive: true })
    for (const account of ['act_51', 'act_52', 'act_53']) await onSimulator(`/simulator/truth?account=${account}&since=2026-01-01&until=2026-01-01&type=ads`)
    ;({ browser, page, problems } = await openBrowser())
    page.setDefaultTimeout(20_000)
    await signIn(page, problems)
  })
  after(() => browser?.close())

  it('adds the accounts chosen among those that one token sees', async () => {
    await page.goto(`${url}/integrations/new`)
    await page.getByRole('radio', { name: 'Several of one token' }).check({ force: true })
    await page.getByLabel('Advertiser').fill('Bolt Outdoor')
    await page.getByLabel('Access token').fill('simulated')
    await page.getByRole('button', { name: 'Find its accounts' }).click()
    await page.getByRole('button', { name: 'Choose none' }).click()
    for (const account of ['act_51', 'act_52']) await page.getByRole('checkbox', { name: account }).check()
    await page.getByRole('radio', { name: 'Last 90 days' }).check({ force: true })
    await picture('add-several')
    assert.deepEqual(await seriousViolations(page), [])
    await page.getByRole('button', { name: 'Add 2 accounts' }).click()
    await page.getByText('Added', { exact: true }).nth(1).waitFor()
    assert.equal(await page.getByRole('checkbox', { name: 'act_53' }).isChecked(), false)
    await page.getByRole('link', { name: 'Watch the collection' }).click()
    await heading('Overview')
  })

  it('shows on the overview what runs, and each account up to date when it has been collected, without a reload', async () => {
    await page.locator('[data-live="live"]').waitFor()
    await picture('overview-running')
    for (const account of ['act_51', 'act_52']) {
      await fresh(account).getByText('Up to date').waitFor({ timeout: collectingMs })
      await fresh(account).getByRole('img', { name: 'Ads: 30 of the last 30 days collected' }).waitFor()
      await fresh(account).getByRole('img', { name: 'Demographics: 30 of the last 30 days collected' }).waitFor()
    }
    assert.equal(await fresh('act_53').count(), 0)
    const rows = page.getByRole('img', { name: /rows collected in 1 hour/ })
    assert.doesNotMatch(await rows.getAttribute('aria-label'), /^0 rows/)
    await page.getByRole('radio', { name: '24 hours' }).check({ force: true })
    await page.getByRole('img', { name: /rows collected in 24 hours/ }).waitFor()
    await picture('overview')
  })

  it('marks days that a fault of the platform makes doubtful, in the strip, its legend and its name', async () => {
    // Days of ten accounts fall only over weeks: the answer is given such days.
    await page.route('**/v1/freshness*', async (route) => {
      const answer = await route.fetch()
      const body = await answer.json()
      for (const type of body.freshness[0].types) {
        const day = (back) => new Date(Date.parse(`${body.freshness[0].recent_until}T00:00:00Z`) - back * 86_400_000).toISOString().slice(0, 10)
        type.suspect = 2
        type.recent_suspect = [day(2), day(1)]
      }
      await route.fulfill({ response: answer, json: body })
    })
    await page.goto(url)
    const strip = page.getByRole('img', { name: /^Ads: .*, 2 suspect days$/ })
    await strip.first().waitFor()
    assert.deepEqual(await strip.first().locator('[data-suspect]').evaluateAll((all) => all.length), 2)
    await page.getByRole('listitem').filter({ hasText: /^Suspect$/ }).waitFor()
    await picture('overview-suspect')
    assert.deepEqual(await seriousViolations(page), [])
    await page.unroute('**/v1/freshness*')
  })

  it('tells that a platform refuses calls, and counts down until it takes them again', async () => {
    await onSimulator('/simulator/fault', { kind: 'throttle', account: 'act_52', seconds: 90 })
    const schedules = await call('GET', `/v1/schedules?integration_id=${await integrationOf('act_52')}`)
    await call('POST', `/v1/schedules/${schedules.schedules.find((each) => each.collection_type === 'ads').id}/run`)
    await page.getByRole('link', { name: 'Quota' }).click()
    await heading('Quota')
    const scope = page.locator('[data-scope="meta:account:act_52"]')
    const left = scope.locator('[data-countdown]')
    await left.waitFor({ timeout: 30_000 })
    const first = await left.innerText()
    assert.match(first, /^\d+:\d\d$/)
    await page.waitForFunction(({ text }) => document.querySelector('[data-scope="meta:account:act_52"] [data-countdown]')?.textContent !== text, { text: first })
    assert.equal(await page.locator('[data-scope="meta:account:act_51"]').getByText('Open').count(), 1)
    await picture('quota')
    assert.deepEqual(await seriousViolations(page), [])
    await onSimulator('/simulator/fault', { clear: true })
  })

  it('shows how a chunk was tried, with the platform’s words and trace', async () => {
    await onSimulator('/simulator/fault', { kind: 'transient', account: 'act_51', count: 6 }) // each call is tried three times in place
    const { schedules } = await call('GET', `/v1/schedules?integration_id=${await integrationOf('act_51')}`)
    const run = await call('POST', `/v1/schedules/${schedules.find((each) => each.collection_type === 'ads').id}/run`)
    await page.goto(`${url}/jobs/${run.jobs[0].id}`)
    await page.locator('h1 [data-status="completed"]').waitFor({ timeout: collectingMs })
    const lane = page.locator('[data-lane="0"]')
    await lane.getByRole('button').click()
    await lane.getByText('To be tried again').first().waitFor()
    await lane.getByText(/Platform trace \S+/).first().waitFor()
    await lane.getByText('Completed', { exact: true }).waitFor()
    await picture('job-timeline')
    assert.deepEqual(await seriousViolations(page), [])
  })

  it('draws of many jobs those in sight, reaches the last one, and cancels all that a search finds', async () => {
    const integration = await integrationOf('act_51')
    await call('PATCH', `/v1/integrations/${integration}`, { paused: true })
    for (let number = 0; number < manyRequests; ++number) {
      const day = new Date(Date.UTC(2026, 0, 1) - number * 86_400_000).toISOString().slice(0, 10)
      await call('POST', `/v1/integrations/${integration}/initial-collection`, { since: day, until: day })
    }
    await page.goto(`${url}/jobs?status=pending`)
    await page.getByRole('searchbox').fill('act_51')
    await page.waitForURL(/search=act_51/)
    const rows = page.locator('tr[data-job]')
    await rows.first().waitFor()
    const drawn = async () => rows.count()
    assert.ok((await drawn()) < 50, `${await drawn()} rows are drawn`)
    await page.waitForFunction(
      (last) => {
        window.scrollTo(0, document.documentElement.scrollHeight)
        return [...document.querySelectorAll('tr[data-job]')].at(-1)?.getAttribute('aria-rowindex') === String(last)
      },
      manyRequests * 3 + 1, // the heads are the first row
    )
    assert.ok((await drawn()) < 50, `${await drawn()} rows are drawn at the end`)
    await picture('jobs-many', false)
    await page.evaluate(() => window.scrollTo(0, 0))
    await page.getByRole('button', { name: 'Cancel all' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel all' }).click()
    await page.getByText(`${manyRequests * 3} jobs were cancelled.`).waitFor()
    await page.getByText('No jobs like that').waitFor()
    assert.deepEqual((await call('GET', '/v1/jobs?search=act_51&status=pending')).jobs, [])
    await call('PATCH', `/v1/integrations/${integration}`, { paused: false })
  })

  it('finds accounts by state and by a part of a name', async () => {
    await page.goto(`${url}/integrations`)
    await page.getByRole('searchbox').fill('bolt')
    await page.waitForURL(/search=bolt/)
    await page.locator('tr[data-account="act_52"]').waitFor()
    assert.deepEqual((await page.locator('tr[data-account]').evaluateAll((rows) => rows.map((row) => row.dataset.account))).sort(), ['act_51', 'act_52'])
    await page.getByRole('radio', { name: 'Paused' }).check({ force: true })
    await page.getByText('No accounts like that').waitFor()
    await page.getByRole('button', { name: 'Show all accounts' }).click()
    await page.locator('tr[data-account="act_52"]').waitFor()
    assert.equal(await page.getByRole('searchbox').inputValue(), '')
  })

  it('is walked through by keyboard alone', async () => {
    await page.goto(url)
    await fresh('act_51').waitFor()
    await page.keyboard.press('Tab')
    assert.equal(await page.evaluate(() => document.activeElement.getAttribute('href')), '#content')
    const seen = []
    for (let step = 0; step < 60; ++step) {
      await page.keyboard.press('Tab')
      seen.push(await page.evaluate(() => document.activeElement.getAttribute('href') ?? document.activeElement.getAttribute('name')))
    }
    for (const target of ['/jobs', '/quota', '/integrations/new', 'span']) assert.ok(seen.includes(target), `the tab key does not come to ${target}: ${seen}`)
    assert.ok(seen.some((href) => /^\/integrations\/[0-9a-f-]{36}$/.test(href ?? '')), 'nor to an account')
  })

  it('speaks Korean, fits a phone and a dark room', async () => {
    await page.emulateMedia({ colorScheme: 'dark' })
    await page.setViewportSize({ width: 390, height: 844 })
    await page.goto(url)
    await page.getByTestId('language').click()
    for (const [name, path] of [['overview', '/'], ['jobs', '/jobs'], ['quota', '/quota'], ['integrations', '/integrations'], ['add-several', '/integrations/new?accounts=several']]) {
      await page.goto(url + path)
      await page.locator('h1').waitFor()
      await page.waitForFunction(() => document.querySelector('main [role="status"][aria-label]') === null)
      assert.deepEqual(await leftoversOf(page), [], `English on ${path}`)
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), true, `${path} scrolls sideways`)
      assert.deepEqual(await seriousViolations(page), [], path)
      await picture(`phone-dark-korean-${name}`)
    }
  })

  it('had no error on the console and kept its content security policy', () => {
    assert.deepEqual(problems.list(), [])
  })
})
