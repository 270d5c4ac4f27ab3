// The server that a browser test looks at, as with_server.mjs tells it, and what a test asks of it past the monitor.
import assert from 'node:assert/strict'
import { signInAt } from './session.mjs'

export const url = process.env.ADFILL_URL ?? 'http://127.0.0.1:8080'
export const token = process.env.ADFILL_TOKEN
export const simulator = process.env.SIMULATOR_URL
assert.ok(token, 'ADFILL_TOKEN is not set')

// So many days before today, where the simulated accounts are: in Seoul.
export const day = (before) => new Date(Date.now() + 9 * 3_600_000 - before * 86_400_000).toISOString().slice(0, 10)

export async function call(method, path, body) {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const response = await fetch(url + path, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) })
  assert.ok(response.ok, `${method} ${path}: ${response.status} ${await response.clone().text()}`)
  return response.json()
}

// A new account of the advertiser Acme, whose jobs have ended; `initial` as the contract has it.
export async function addCollected(account, initial) {
  const added = await call('POST', '/v1/integrations', { advertiser: 'Acme', source: 'meta', account_id: account, credentials: { access_token: 'EAAmonitor' }, initial })
  await collected(added)
  return added
}

// The jobs that were requested, when they have ended.
export async function collected({ jobs }) {
  const open = ['pending', 'running']
  for (const { id } of jobs) {
    while (open.includes((await call('GET', `/v1/jobs/${id}`)).status)) await new Promise((resolve) => setTimeout(resolve, 200))
  }
  return jobs
}

export async function simulate(path, body) {
  assert.ok(simulator, 'SIMULATOR_URL is not set')
  assert.ok((await fetch(`${simulator}/simulator/${path}`, { method: 'POST', body: JSON.stringify(body) })).ok, path)
}

export const signIn = (page, problems) => signInAt(url, token, { page, problems })
