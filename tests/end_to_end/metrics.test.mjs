// /metrics tells what happened: each call once, by what became of it, each commit, and nothing of whose they are.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { addIntegration, call, day, finished, freshFolder, startServer, startSimulator } from './adfill.mjs'

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
})
