// Every page that each role is offered, in a real browser; see monitor.test.mjs for what it needs.
import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { openBrowser } from './session.mjs'

const url = process.env.ADFILL_URL ?? 'http://127.0.0.1:8080'
const token = process.env.ADFILL_TOKEN
assert.ok(token, 'ADFILL_TOKEN is not set')
const pictures = process.env.SCREENSHOT_DIR ?? 'screenshots'

const everyone = ['/', '/jobs', '/integrations', '/explore', '/alerts']
const adminsToo = [...everyone, '/quota', '/settings', '/audit']
// What only those may see who may act.
const acts = ['Add integration', 'Cancel all', 'Retry all']

async function tokenOf(role, advertisers) {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const answer = await fetch(`${url}/v1/tokens`, { method: 'POST', headers, body: JSON.stringify({ name: `walks as ${role} ${process.pid}`, role, advertisers }) })
  assert.equal(answer.status, 201)
  return (await answer.json()).token
}

describe('each role', () => {
  for (const { role, advertisers, pages } of [
    { role: 'viewer', advertisers: null, pages: everyone },
    { role: 'viewer', advertisers: ['Nobody’s'], pages: everyone },
    { role: 'operator', advertisers: ['Nobody’s'], pages: everyone },
    { role: 'operator', advertisers: null, pages: everyone },
    { role: 'admin', advertisers: null, pages: adminsToo },
  ]) {
    it(`${role} of ${advertisers ? 'one advertiser' : 'all'} is offered the pages that it may read, and finds nothing refused there`, async () => {
      mkdirSync(pictures, { recursive: true })
      const { browser, page, problems } = await openBrowser()
      try {
        await page.goto(`${url}/#token=${await tokenOf(role, advertisers)}`)
        await page.getByRole('heading', { level: 1 }).waitFor()
        const offered = await page.getByRole('navigation', { name: 'Main' }).getByRole('link').evaluateAll((links) => links.map((link) => link.getAttribute('href')))
        assert.deepEqual(offered.filter((href) => href !== '/docs').sort(), [...pages].sort())
        for (const at of pages) {
          await page.goto(url + at)
          await page.getByRole('heading', { level: 1 }).waitFor()
          await page.waitForFunction(() => document.querySelector('main [role="status"][aria-label]') === null)
          assert.equal(await page.getByRole('alert').count(), 0, `${at} shows a refusal`)
          for (const act of acts) {
            if (role === 'viewer') assert.equal(await page.getByText(act, { exact: true }).count(), 0, `${at} offers a viewer "${act}"`)
          }
          if (advertisers) {
            assert.equal(await page.locator('[data-job], [data-account], [data-freshness], [data-scope]').count(), 0, `${at} shows what belongs to others`)
          }
        }
        await page.goto(url)
        await page.getByRole('heading', { level: 1 }).waitFor()
        await page.screenshot({ path: join(pictures, `role-${role}-${advertisers ? 'one' : 'all'}.png`), fullPage: true })
        assert.deepEqual(problems.list(), [])
      } finally {
        await browser.close()
      }
    })
  }
})
