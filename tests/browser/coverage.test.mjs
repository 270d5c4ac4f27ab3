// Days selected in the calendar, what collecting them again will run, and the days renewed; a slice that was given up, on its
// job's timeline. See overview.test.mjs for what it needs.
import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { leftoversOf } from './leftovers.mjs'
import { openBrowser, pictures, seriousViolations } from './session.mjs'
import { addCollected, call, collected, day, simulate, token, url } from './server.mjs'

const account = 'act_62'
const ads = (since, until) => ({ since: day(since), until: day(until), types: ['ads'] })

describe('days selected in the calendar', () => {
  let browser, page, problems, integration

  const picture = (name) => page.screenshot({ path: join(pictures, `coverage-${name}.png`), fullPage: true })
  const square = (before) => page.locator(`[role="option"][data-date="${day(before)}"]`)
  const status = () => page.getByRole('region', { name: /Coverage|수집 현황/ }).getByRole('status')
  const selected = () => page.locator('[role="option"][aria-selected="true"]').evaluateAll((squares) => squares.map((each) => each.dataset.date))
  const days = (since, until) => Array.from({ length: since - until + 1 }, (_, n) => day(since - n))
  const asOf = async () => new Map((await call('GET', `/v1/coverage?integration_id=${integration}&type=ads`)).coverage.map((each) => [each.date, each.as_of]))
  const open = async () => {
    await page.goto(`${url}/integrations/${integration}`)
    await square(18).waitFor()
  }

  before(async () => {
    mkdirSync(pictures, { recursive: true })
    integration = (await addCollected(account, ads(420, 15))).integration_id
    await collected(await call('POST', `/v1/integrations/${integration}/initial-collection`, ads(8, 5))) // leaves six days out
    ;({ browser, page, problems } = await openBrowser())
    page.setDefaultTimeout(20_000)
    await page.goto(`${url}/#token=${token}`)
    await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor()
  })
  after(() => browser?.close())

  it('are those from a click to a click with Shift, are counted by state, and are told to screen readers', async () => {
    await open()
    assert.equal(await page.getByRole('listbox').getAttribute('aria-multiselectable'), 'true')
    await square(18).click()
    assert.deepEqual(await selected(), [day(18)])
    await square(7).click({ modifiers: ['Shift'] })
    assert.deepEqual(await selected(), days(18, 7))
    await status().getByText('12 days selected').waitFor()
    await status().getByText('6 missing').waitFor()
    await picture('selected')
    assert.deepEqual(await seriousViolations(page), [])
    await page.getByRole('button', { name: 'Clear' }).click()
    assert.deepEqual(await selected(), [])
  })

  it('are dragged over, and the missing ones are one click', async () => {
    await square(30).hover()
    await page.mouse.down()
    await square(25).hover()
    assert.deepEqual(await selected(), days(30, 25))
    await square(22).hover()
    await page.mouse.up()
    assert.deepEqual(await selected(), days(30, 22))
    await page.getByRole('group', { name: 'Missing or different' }).getByRole('button', { name: '6 missing' }).click()
    assert.deepEqual(await selected(), days(14, 9))
  })

  it('are selected with the keyboard alone', async () => {
    await square(100).click()
    for (let n = 0; n < 3; ++n) await page.keyboard.press('Shift+ArrowDown')
    assert.deepEqual(await selected(), days(100, 97))
    await page.keyboard.press('Shift+ArrowLeft')
    assert.deepEqual(await selected(), days(104, 100))
    assert.equal(await page.evaluate(() => document.activeElement.dataset.date), day(104))
    await page.keyboard.press('ArrowDown')
    assert.deepEqual(await selected(), [day(103)])
    await page.keyboard.press('Escape')
    assert.deepEqual(await selected(), [])
  })

  it('are collected again after a preview of what that runs, which leads to the job, and their receipts are renewed', async () => {
    await simulate('restate', { account, since: day(17), until: day(17), factor_percent: 150 })
    const before = await asOf()
    await square(18).click()
    await square(7).click({ modifiers: ['Shift'] })
    await page.getByRole('button', { name: 'Collect again…' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('Looking at what will run').waitFor()
    await picture('looking')
    const preview = dialog.getByRole('region', { name: 'What will run' })
    await preview.getByText(/^About /).waitFor({ timeout: 60_000 })
    const told = await preview.innerText()
    assert.match(told, /Ads\s+1\s/)
    assert.match(told, /6 of 12 days are there already/)
    await picture('preview')
    assert.deepEqual(await seriousViolations(page), [])
    await dialog.getByRole('button', { name: 'Start' }).click()
    await dialog.waitFor({ state: 'detached' })
    assert.deepEqual(await selected(), [])
    const link = page.getByRole('status').getByRole('link', { name: 'Show the job' })
    await link.waitFor()
    await picture('started')
    const id = (await link.getAttribute('href')).split('/').pop()
    await collected({ jobs: [{ id }] })
    const after = await asOf()
    for (const date of days(18, 7)) assert.notEqual(after.get(date), before.get(date), date)
    assert.equal(after.get(day(19)), before.get(day(19)))
    await page.locator(`[data-date="${day(10)}"]:not([data-state="gap"])`).waitFor() // by itself
  })

  it('that an undoing keeps as they are cost nothing, and say so', async () => {
    const { changes } = await call('GET', `/v1/coverage/history?integration_id=${integration}&type=ads&since=${day(17)}&until=${day(17)}`)
    await call('POST', '/v1/coverage/undo', { integration_id: integration, attempt: changes[0].attempt })
    await open()
    assert.match(await square(17).getAttribute('aria-label'), /Pinned/)
    await square(17).click()
    await status().getByText('1 pinned').waitFor()
    await page.getByRole('button', { name: 'Collect again…' }).click()
    const preview = page.getByRole('dialog').getByRole('region', { name: 'What will run' })
    await preview.getByText('1 day is pinned').waitFor()
    assert.match(await preview.innerText(), /Ads\s+1\s+0\s+0/)
    await picture('pinned')
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
  })

  it('are told in Korean, in the dark and on a phone, where two taps select them', async () => {
    await page.getByRole('button', { name: '한국어' }).click()
    await page.getByRole('button', { name: '어두운 테마로 바꾸기' }).click()
    await square(30).click()
    await square(12).click({ modifiers: ['Shift'] })
    await status().getByText('19일 선택').waitFor()
    await picture('korean-dark')
    assert.deepEqual(await leftoversOf(page), [])
    assert.deepEqual(await seriousViolations(page), [])
    await page.setViewportSize({ width: 360, height: 780 })
    await page.getByRole('button', { name: '날짜 선택', exact: true }).click()
    await square(16).click()
    await square(6).click()
    assert.deepEqual(await selected(), days(16, 6))
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth), 'no wider than a phone')
    await picture('phone')
    await page.getByRole('button', { name: '다시 수집…' }).click()
    await page.getByRole('dialog').getByText('인구통계').click()
    await page.getByRole('dialog').getByRole('region', { name: '실행할 내용' }).waitFor({ timeout: 60_000 })
    await picture('phone-preview')
    assert.deepEqual(await leftoversOf(page), [])
    assert.deepEqual(await seriousViolations(page), [])
    await page.getByRole('dialog').getByRole('button', { name: '취소' }).click()
    await page.setViewportSize({ width: 1440, height: 900 })
    await page.getByRole('button', { name: 'English' }).click()
    await page.getByRole('button', { name: 'Use the light theme' }).click()
    assert.deepEqual(problems.list(), [])
  })

  it('are counted for a viewer, who is offered nothing to start', async () => {
    const { token: viewers } = await call('POST', '/v1/tokens', { name: `coverage-viewer-${process.pid}`, role: 'viewer', advertisers: null })
    const other = await openBrowser()
    try {
      await other.page.goto(`${url}/#token=${viewers}`)
      await other.page.getByRole('heading', { level: 1 }).waitFor()
      await other.page.goto(`${url}/integrations/${integration}`)
      await other.page.locator(`[data-date="${day(18)}"]`).first().click()
      await other.page.locator(`[data-date="${day(12)}"]`).first().click({ modifiers: ['Shift'] })
      await other.page.getByText('7 days selected').waitFor()
      for (const name of ['Collect again…', 'Select days', '6 missing']) assert.equal(await other.page.getByRole('button', { name }).count(), 0, name)
    } finally {
      await other.browser.close()
    }
  })

  it('that were too much at once are on the timeline of their job, with the platform’s words', async () => {
    await simulate('fault', { kind: 'too_large', on: 'report', account: account.slice(4), count: 2 })
    const [job] = await collected(await call('POST', `/v1/integrations/${integration}/initial-collection`, ads(120, 101)))
    await page.goto(`${url}/jobs/${job.id}`)
    const lane = page.locator('[data-lane="0"]')
    await lane.getByRole('button').first().click()
    const given = lane.getByRole('list', { name: '2 slices given up' })
    await given.getByText(/20 days asked for: too large, given up after .* went on with 10 days/).waitFor()
    await given.getByText(/10 days asked for: too large, .* went on with 5 days/).waitFor()
    await picture('given-up')
    assert.deepEqual(await seriousViolations(page), [])
    await page.getByRole('button', { name: '한국어' }).click()
    await lane.getByText(/20일 요청: 너무 커서/).waitFor()
    assert.deepEqual(await leftoversOf(page), [])
    await page.setViewportSize({ width: 360, height: 780 })
    await picture('given-up-phone')
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth), 'no wider than a phone')
  })
})
