// An account's figures and how they came about, beside more accounts than a list's first page holds: choosing one, comparing,
// what was reported earlier, restatements, missing days, schedules. Has a server and a simulator of its own, so that others keep
// their lists short. ADFILL_BINARY and the rest as in monitor.test.mjs.
import assert from 'node:assert/strict'
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { addIntegration, call, day, finished, freshFolder, startServer, startSimulator, token } from '../end_to_end/adfill.mjs'
import { leftoversOf } from './leftovers.mjs'
import { openBrowser, pictures, seriousViolations } from './session.mjs'

const manyAccounts = 105 // more than the overview reads at once
const account = 'act_3000'

describe('the figures of one account among many', () => {
  let server, simulator, folder, integration, browser, page, problems, asWas
  const range = { since: day(-40), until: day(-3) }
  const restated = { since: day(-12), until: day(-10) }

  const picture = (name) => page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true })
  const settled = () => page.waitForFunction(() => document.querySelector('h1') !== null && document.querySelector('main [role="status"][aria-label]') === null)
  const open = async (path) => {
    await page.goto(server.url + path)
    await settled()
  }
  const inKorean = async (name) => {
    await page.getByRole('button', { name: '한국어' }).click()
    await page.waitForFunction(() => document.documentElement.lang === 'ko')
    await settled()
    const english = await leftoversOf(page)
    await picture(`${name}-korean`)
    await page.getByRole('button', { name: 'English' }).click()
    assert.deepEqual(english, [], `English on ${name}`)
  }
  const collect = async (body) => finished(server, (await call(server, 'POST', `/v1/integrations/${integration}/initial-collection`, body)).json.jobs)
  const figures = async (more = '') => (await call(server, 'GET', `/v1/performance?integration_id=${integration}&group=total&since=${range.since}&until=${range.until}${more}`)).json.rows[0]
  const money = (amount) => Number(amount).toLocaleString('en-US', { maximumFractionDigits: 6 })

  before(async () => {
    mkdirSync(pictures, { recursive: true })
    folder = freshFolder()
    simulator = await startSimulator({ ads: 400, days: 60, 'report-ms': 50 })
    server = await startServer(simulator, folder)
    const added = await addIntegration(server, account, { ...range, until: day(-30), types: ['ads'] })
    integration = added.json.integration_id
    await finished(server, added.json.jobs)
    await collect({ ...range, since: day(-25), types: ['ads'] })
    for (let n = 0; n < manyAccounts; ++n) assert.equal((await addIntegration(server, `act_${4000 + n}`, null)).status, 201)
    await new Promise((resolve) => setTimeout(resolve, 1100))
    asWas = new Date().toISOString().replace(/\.\d+Z$/, 'Z')
    await new Promise((resolve) => setTimeout(resolve, 1100)) // as_of is told to the second
    await simulator.post('/simulator/restate', { account, ...restated, factor_percent: 150 })
    await collect({ ...restated, types: ['ads'] })
    ;({ browser, page, problems } = await openBrowser())
    page.setDefaultTimeout(20_000)
    await page.goto(`${server.url}/#token=${token}`)
    await page.getByRole('heading', { level: 1 }).waitFor()
    problems.expected(/401/)
  })
  after(async () => {
    await browser?.close()
    await server?.stop()
    await simulator?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  it('finds an account that is on no first page, by keyboard alone', async () => {
    await open('/explore')
    const chooser = page.getByRole('combobox', { name: 'Account' })
    await chooser.focus()
    await page.keyboard.press('ArrowDown')
    const options = page.getByRole('listbox').getByRole('option')
    await options.nth(50).waitFor()
    assert.equal(await options.count(), 51) // and "every account"
    await page.getByText('The first 50. Type to find others.').waitFor()
    assert.deepEqual(await seriousViolations(page), [])
    await picture('account-chooser')
    await page.keyboard.type(account)
    await page.getByText('1 found').waitFor()
    const active = await chooser.getAttribute('aria-activedescendant')
    assert.ok((await page.locator(`[id="${active}"]`).innerText()).includes(account))
    await page.keyboard.press('Enter')
    await page.waitForURL(new RegExp(`account=${integration}`))
    await page.waitForFunction(() => document.querySelector('[role="combobox"]').value.startsWith('Acme · '))
    assert.equal(await page.getByRole('listbox').count(), 0)
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Escape')
    assert.equal(await page.getByRole('listbox').count(), 0)
    await page.getByRole('combobox', { name: 'Account' }).fill('nobody has this name')
    await page.getByText('No account like that').waitFor()
    await page.keyboard.press('Escape')
    await inKorean('explore-account')
  })

  it('has a late account on top of the overview, though it is the last of the list', async () => {
    await open('/')
    await page.locator('[data-freshness]').nth(3).waitFor()
    await page.waitForFunction((late) => document.querySelector('[data-freshness]')?.dataset.freshness === late, account)
    await picture('overview-late-first')
  })

  it('draws of a long table the rows in sight', async () => {
    await open(`/explore?by=ad&account=${integration}&since=${range.since}&until=${range.until}`)
    await page.getByRole('row').nth(5).waitFor()
    const told = Number(await page.getByRole('table').getAttribute('aria-rowcount'))
    assert.ok(told > 101, `${told} rows are too few to tell`)
    assert.ok((await page.locator('tr[data-index]').count()) < 60)
    await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight))
    await page.locator(`tr[aria-rowindex="${told}"]`).waitFor()
    assert.ok((await page.locator('tr[data-index]').count()) < 60)
    await page.evaluate(() => window.scrollTo(0, 0))
    await page.screenshot({ path: join(pictures, 'explore-long.png') })
  })

  it('compares with the days before, the same days last year, days of one’s choice, or nothing', async () => {
    await open(`/explore?account=${integration}&by=campaign&since=${day(-10)}&until=${day(-3)}`)
    const compare = page.getByLabel('Compare with')
    await page.getByText(`Compared with ${day(-18)} – ${day(-11)}`).waitFor()
    await page.getByRole('columnheader', { name: 'Cost, change' }).waitFor()
    const year = (date) => `${Number(date.slice(0, 4)) - 1}${date.slice(4)}`
    await compare.selectOption({ label: 'The same days last year' })
    await page.getByText(`Compared with ${year(day(-10))} – ${year(day(-3))}`).waitFor()
    await compare.selectOption({ label: 'Days of your choice' })
    await page.getByLabel('Compared from').fill(day(-38))
    await page.getByLabel('Compared to').fill(day(-31))
    await page.getByText(`Compared with ${day(-38)} – ${day(-31)}`).waitFor()
    await page.getByRole('columnheader', { name: 'Cost, change' }).waitFor()
    await picture('explore-compare')
    assert.deepEqual(await seriousViolations(page), [])
    await inKorean('explore-compare')
    await compare.selectOption({ label: 'Nothing' })
    await page.getByText('Compared with 2').waitFor({ state: 'detached' })
    assert.equal(await page.getByRole('columnheader', { name: 'Cost, change' }).count(), 0)
  })

  it('shows figures as they were reported, beside what they are now', async () => {
    const [then, now] = [await figures(`&as_of=${asWas}`), await figures()]
    assert.notEqual(then.cost, now.cost)
    await open(`/explore?account=${integration}&since=${range.since}&until=${range.until}&as_of=${encodeURIComponent(asWas)}`)
    await page.locator('dl > div').filter({ hasText: 'now' }).first().waitFor()
    const tile = await page.locator('dl > div').first().innerText()
    assert.ok(tile.includes(money(then.cost)) && tile.includes(money(now.cost)), `${tile} has not ${then.cost} and ${now.cost}`)
    await page.getByRole('columnheader', { name: 'Cost, since then' }).waitFor()
    const moved = page.getByRole('row').filter({ hasText: restated.since }).filter({ hasText: '+' })
    await moved.waitFor()
    assert.equal(await page.getByRole('row').filter({ hasText: '%' }).count(), 38 - 4, 'a change a day that was there then')
    await picture('explore-as-reported')
    assert.deepEqual(await seriousViolations(page), [])
    await inKorean('explore-as-reported')
    await page.getByLabel('As reported on').fill('')
    await page.waitForURL((url) => !url.searchParams.has('as_of'))
    await page.getByRole('columnheader', { name: 'Cost, since then' }).waitFor({ state: 'detached' })
  })

  it('lists what is missing of an account’s days, and leads there', async () => {
    await open(`/coverage?account=${integration}`)
    const hole = page.getByRole('link', { name: `${day(-29)} – ${day(-26)}` })
    await hole.waitFor()
    await picture('coverage')
    assert.deepEqual(await seriousViolations(page), [])
    await hole.click()
    await page.waitForURL(new RegExp(`day=${day(-26)}`))
    assert.equal(await page.locator(`[data-date="${day(-26)}"]`).getAttribute('aria-selected'), 'true')
    await inKorean('coverage')
  })

  it('tells what moved the numbers, takes a commit back, and releases its days', async () => {
    const told = await figures(`&as_of=${asWas}`)
    await open(`/integrations/${integration}`)
    await page.getByRole('link', { name: 'What moved' }).click()
    const restatement = page.locator('[data-attempt]')
    await restatement.first().waitFor()
    assert.equal(await restatement.count(), 1)
    await restatement.getByText('3 days').click()
    assert.equal(await restatement.getByRole('link').count(), 3)
    await picture('restatements')
    assert.deepEqual(await seriousViolations(page), [])
    await restatement.getByRole('button', { name: 'Undo' }).click()
    await page.getByRole('dialog').getByText('Take this commit back?').waitFor()
    await page.getByRole('dialog').getByRole('button', { name: 'Undo' }).click()
    await page.getByText('3 days are kept as they are').waitFor()
    assert.equal((await figures()).cost, told.cost)
    await picture('restatements-undone')
    await page.getByText('3 days are as they were before.').waitFor({ state: 'detached' }) // a toast stays in the language it was told in
    await inKorean('restatements')
    await page.getByRole('button', { name: 'Release' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Release' }).click()
    await page.getByText('3 days are kept as they are').waitFor({ state: 'detached' })
  })

  it('changes a schedule, by a usual time or an expression, and says what is wrong with one', async () => {
    await open(`/integrations/${integration}`)
    const row = page.getByRole('listitem').filter({ hasText: 'Ads' }).filter({ hasText: 'Run now' })
    await row.getByRole('button', { name: 'Change…' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Cron expression').fill('61 * * * *')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await dialog.getByRole('alert').waitFor()
    problems.expected(/422/)
    await picture('schedule-wrong')
    await dialog.getByLabel('How often').selectOption({ label: 'Monday to Friday at 06:00' })
    assert.equal(await dialog.getByLabel('Cron expression').inputValue(), '0 6 * * MON-FRI')
    await dialog.getByLabel('Time zone').fill('Europe/Berlin')
    assert.deepEqual(await seriousViolations(page), [])
    await dialog.getByRole('button', { name: 'Save' }).click()
    await page.getByText(/^Saved: /).waitFor()
    await row.getByText('Europe/Berlin').waitFor()
    const { schedules } = (await call(server, 'GET', `/v1/schedules?integration_id=${integration}`)).json
    const changed = schedules.find((schedule) => schedule.collection_type === 'ads')
    assert.deepEqual([changed.cron, changed.time_zone], ['0 6 * * MON-FRI', 'Europe/Berlin'])
    await page.getByText(/^Saved: /).waitFor({ state: 'detached' })
    await inKoreanDialog()
  })
  const inKoreanDialog = async () => {
    await page.getByRole('button', { name: '한국어' }).click()
    await page.getByRole('button', { name: '변경…' }).first().click()
    assert.deepEqual(await leftoversOf(page), [])
    await picture('schedule-korean')
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'English' }).click()
  }

  it('had no error on the console and kept its content security policy', () => {
    assert.deepEqual(problems.list(), [])
  })
})
