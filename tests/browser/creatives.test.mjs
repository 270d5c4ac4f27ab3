// Ads with their pictures: a simulator's links are not https and so not followed, as links that have ended can't be, so that the
// thumbnails that adfill keeps are seen. See overview.test.mjs for what it needs.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { openBrowser, seriousViolations } from './session.mjs'

const url = process.env.ADFILL_URL ?? 'http://127.0.0.1:8080'
const token = process.env.ADFILL_TOKEN
assert.ok(token, 'ADFILL_TOKEN is not set')
const account = 'act_71'
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

describe('ads with their pictures', () => {
  let browser, page, problems, integration
  const range = { since: day(9), until: day(1) }

  before(async () => {
    const added = await call('POST', '/v1/integrations', { advertiser: 'Acme', source: 'meta', account_id: account, credentials: { access_token: 'EAAmonitor' }, initial: { ...range, types: ['ads', 'creatives'] } })
    integration = added.integration_id
    await collected(added)
    ;({ browser, page, problems } = await openBrowser())
    page.setDefaultTimeout(20_000)
    await page.goto(url)
    await page.getByLabel('API token').fill(token)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor()
    problems.expected(/401/)
  })
  after(() => browser?.close())

  const shown = () => page.locator('table img').evaluateAll((images) => images.filter((image) => image.complete && image.naturalWidth > 0).map((image) => new URL(image.src).pathname))
  const explore = () => page.goto(`${url}/explore?by=ad&account=${integration}&since=${range.since}&until=${range.until}`)

  it('without kept thumbnails no picture is left when the links have ended', async () => {
    await explore()
    await page.getByRole('row').nth(1).waitFor()
    await page.locator('table [title="No picture"]').first().waitFor()
    assert.deepEqual(await shown(), [])
  })

  it('keeps thumbnails from the account’s page on, and shows them', async () => {
    await page.goto(`${url}/integrations/${integration}`)
    await page.getByRole('button', { name: 'Keep', exact: true }).click()
    await page.getByRole('button', { name: 'Stop keeping' }).waitFor()
    await collected(await call('POST', `/v1/integrations/${integration}/initial-collection`, { ...range, types: ['creatives'] }))
    await explore()
    await page.locator('table img').first().waitFor()
    await page.waitForFunction(() => [...document.querySelectorAll('table img')].some((image) => image.src.includes('/pictures/') && image.naturalWidth > 0))
    const pictures = await shown()
    assert.ok(pictures.length > 0)
    assert.ok(pictures.every((path) => path.startsWith(`/v1/integrations/${integration}/pictures/`)), pictures.join('\n'))
    assert.deepEqual(await seriousViolations(page), [])
    if (process.env.SCREENSHOT_DIR) await page.screenshot({ path: join(process.env.SCREENSHOT_DIR, 'explore-ad-pictures.png') })
    assert.deepEqual(problems.list(), [])
  })
})
