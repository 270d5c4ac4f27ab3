// Ads with their pictures: a simulator's links are not https and so not followed, as links that have ended can't be, so that the
// thumbnails that adfill keeps are seen. See overview.test.mjs for what it needs.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { openBrowser, pictures, seriousViolations } from './session.mjs'
import { addCollected, call, collected, day, signIn, url } from './server.mjs'

const account = 'act_71'

describe('ads with their pictures', () => {
  let browser, page, problems, integration
  const range = { since: day(9), until: day(1) }

  before(async () => {
    integration = (await addCollected(account, { ...range, types: ['ads', 'creatives'] })).integration_id
    ;({ browser, page, problems } = await openBrowser())
    page.setDefaultTimeout(20_000)
    await signIn(page, problems)
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
    const kept = await shown()
    assert.ok(kept.length > 0)
    assert.ok(kept.every((path) => path.startsWith(`/v1/integrations/${integration}/pictures/`)), kept.join('\n'))
    assert.deepEqual(await seriousViolations(page), [])
    await page.screenshot({ path: join(pictures, 'explore-ad-pictures.png') })
    assert.deepEqual(problems.list(), [])
  })
})
