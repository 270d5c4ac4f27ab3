// /metrics tells what happened: each call once, by what became of it, each commit, and nothing of whose they are.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import path from 'node:path'
import { addIntegration, call, day, finished, freePort, freshFolder, Started, startServer, startSimulator, token, until } from './adfill.mjs'

// {'adfill_rows_committed_total': 12, 'adfill_platform_calls_total{source="meta",code="ok"}': 3, …}
async function metrics(server) {
  const text = await (await fetch(`${server.url}/metrics`)).text()
  const values = {}
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue
    const space = line.lastIndexOf(' ')
    values[line.slice(0, space)] = Number(line.slice(space + 1))
  }
  return { text, values }
}

function callsByCode(values) {
  const calls = {}
  for (const [name, value] of Object.entries(values)) {
    const found = name.match(/^adfill_platform_calls_total\{source="meta",code="(\w+)"\}$/)
    if (found) calls[found[1]] = value
  }
  return calls
}

const total = (counts) => Object.values(counts).reduce((sum, one) => sum + one, 0)

describe('metrics', () => {
  it('equal what the simulator was asked and what it answered, under faults', async (t) => {
    const simulator = await startSimulator({ ads: 20, days: 200 })
    t.after(() => simulator.stop())
    const server = await startServer(simulator, freshFolder())
    t.after(() => server.stop())
    const added = await addIntegration(server, 'act_1', null)
    assert.equal(added.status, 201, added.text)

    const faults = [
      { kind: 'transient', count: 3, on: 'poll' },
      { kind: 'html', status: 502, count: 2, on: 'poll' },
      { kind: 'cut', count: 2, on: 'page' },
      { kind: 'throttle', seconds: 1, count: 1, on: 'report', account: 'act_1' },
    ]
    for (const fault of faults) await simulator.post('/simulator/fault', fault)
    const range = { since: day(-180), until: day(-1), types: ['ads', 'demographics'] }
    const asked = await call(server, 'POST', `/v1/integrations/${added.json.integration_id}/initial-collection`, range)
    assert.equal(asked.status, 202, asked.text)
    const jobs = await finished(server, asked.json.jobs)
    for (const job of jobs) assert.equal(job.status, 'completed', JSON.stringify(job))

    const { text, values } = await metrics(server)
    const stats = await simulator.get('/simulator/stats')
    const calls = callsByCode(values)
    t.diagnostic(JSON.stringify(calls))
    assert.equal(total(calls), stats.calls, JSON.stringify(stats))
    assert.deepEqual(stats.faults, { cut: 2, html: 2, throttle: 1, transient: 3 })
    assert.equal(calls[2], 3)
    assert.equal(calls.http_502, 2)
    assert.equal(calls.network, 2)
    assert.equal(calls[17], stats.refused)
    assert.equal(values.adfill_platform_refusals_total, stats.refused)
    assert.equal(calls.ok, stats.calls - 7 - stats.refused)

    const rows = jobs.reduce((sum, job) => sum + job.rows, 0)
    assert.equal(values.adfill_rows_committed_total, rows)
    assert.equal(values.adfill_days_committed_total, 360)
    assert.equal(values['adfill_chunks_ended_total{outcome="completed"}'], jobs.reduce((sum, job) => sum + job.chunks_total, 0))
    const commits = values['adfill_commit_seconds_count']
    assert.ok(commits > 0 && commits <= 360, `${commits} commits`)
    assert.equal(values['adfill_commit_seconds_bucket{le="+Inf"}'], commits)
    assert.ok(values.adfill_commit_seconds_sum > 0)
    for (const name of ['act_1', 'Acme', added.json.integration_id]) assert.ok(!text.includes(name), name)
  })

  it('of a worker alone stand at an address of its own, and what it knows of quotas is told by the server', async (t) => {
    const simulator = await startSimulator({ ads: 20, days: 60 })
    t.after(() => simulator.stop())
    const folder = freshFolder()
    const server = await startServer(simulator, folder, { args: ['--no-worker'] })
    t.after(() => server.stop())
    const env = { ADFILL_DB: `sqlite:${path.join(folder, 'adfill.db')}`, ADFILL_META_URL: simulator.url, ADFILL_POLL_SECONDS: '0.05' }
    const port = await freePort()
    const worker = new Started(['worker', '--metrics-listen', `127.0.0.1:${port}`], env)
    t.after(() => worker.stop())
    worker.url = `http://127.0.0.1:${port}`
    await until('the worker answers', async () => fetch(`${worker.url}/readyz`).then((answer) => answer.ok, () => false))

    const added = await addIntegration(server, 'act_1', { since: day(-30), until: day(-1) })
    assert.equal(added.status, 202, added.text)
    const jobs = await finished(server, added.json.jobs)
    const ofWorker = (await metrics(worker)).values
    assert.equal(ofWorker.adfill_rows_committed_total, jobs.filter((job) => job.collection_type !== 'creatives').reduce((sum, job) => sum + job.rows, 0))
    assert.equal(ofWorker['adfill_chunks_ended_total{outcome="completed"}'], jobs.reduce((sum, job) => sum + job.chunks_total, 0))
    assert.ok(callsByCode(ofWorker).ok > 3)
    assert.ok(ofWorker.adfill_commit_seconds_count > 0)
    const ofServer = (await metrics(server)).values
    assert.equal(ofServer.adfill_rows_committed_total, undefined)
    assert.equal(ofServer.adfill_commit_seconds_count, 0)

    for (const where of ['/', '/v1/jobs', '/docs']) {
      const answer = await fetch(worker.url + where, { headers: { authorization: `Bearer ${token}` } })
      assert.equal(answer.status, 404, where)
    }
    const account = await until('the server tells what the worker read', async () => {
      const { scopes } = (await call(server, 'GET', '/v1/queue')).json
      return scopes.find(({ scope, read_at }) => scope === 'meta:account:act_1' && read_at !== null)
    }, { seconds: 20 })
    assert.ok(account.usage_percent > 0, JSON.stringify(account))
    assert.ok(Math.abs(Date.now() - Date.parse(account.read_at)) < 60_000)

    const taken = new Started(['worker', '--metrics-listen', `127.0.0.1:${port}`], env)
    assert.equal(await taken.exited.then(([code]) => code), 1, taken.output)
    assert.match(taken.output, new RegExp(`127.0.0.1:${port}`))
    for (const flag of ['--listen=127.0.0.1:1', '--tls-cert=a.pem', '--trusted-proxies=none', '--no-worker']) {
      const refused = new Started(['worker', flag], env)
      assert.equal(await refused.exited.then(([code]) => code), 2, `${flag}: ${refused.output}`)
    }
  })
})
