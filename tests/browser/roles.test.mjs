// Every page that each role is offered, those behind the lists, and those it may not open, in a real browser; see monitor.test.mjs
// for what it needs.
import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe, it } from 'node:test'
import { openBrowser, pictures } from './session.mjs'
import { addCollected, call, day, url } from './server.mjs'

const everyone = ['/', '/jobs', '/integrations', '/coverage', '/explore', '/alerts']
const adminsToo = [...everyone, '/quota', '/settings', '/audit']
// What only those may see who may act.
const acts = ['Add integration', 'Cancel all', 'Retry all', 'Cancel job', 'Request a range', 'New token', 'Pause', 'Remove', 'Change…', 'Run now', 'Undo', 'Release']
const forbidden = { viewer: ['/settings', '/audit', '/integrations/new'], operator: ['/settings', '/audit'], admin: [] }

const tokenOf = async (role, advertisers) => (await call('POST', '/v1/tokens', { name: `walks as ${role} ${process.pid}`, role, advertisers })).token

describe('each role', () => {
  let behind // the lists: an account's pages and a job's
  before(async () => {
    const made = await addCollected('act_81', { since: day(3), until: day(2), types: ['ads'] })
    const account = `/integrations/${made.integration_id}`
    behind = [account, `${account}/history`, `/jobs/${made.jobs[0].id}`]
  })

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
        for (const at of behind) {
          await page.goto(url + at)
          if (advertisers) {
            await page.getByText('There is nothing here').waitFor()
            assert.equal(await page.getByText('act_81').count(), 0, `${at} names what belongs to others`)
            problems.expected(/404/)
          } else {
            await page.getByRole('heading', { level: 1 }).waitFor()
            await page.waitForFunction(() => document.querySelector('main [role="status"][aria-label]') === null)
            assert.equal(await page.getByRole('alert').count(), 0, `${at} shows a refusal`)
          }
          if (role === 'viewer') for (const act of acts) assert.equal(await page.getByText(act, { exact: true }).count(), 0, `${at} offers a viewer "${act}"`)
        }
        for (const at of forbidden[role]) {
          await page.goto(url + at)
          await page.getByRole('heading', { name: 'Not with this token', level: 1 }).waitFor()
          assert.equal(await page.getByRole('main').getByRole('button').count(), 0, `${at} offers what would be refused`)
        }
        if (role !== 'viewer') {
          await page.goto(`${url}/integrations/new`)
          await page.getByRole('button', { name: 'Add and collect' }).waitFor()
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
