// What deploy/ asks of /metrics is there, and what it refers to exists.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'

const text = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
// A histogram is asked for by its parts.
const namesIn = (source) => new Set((source.match(/\badfill_[a-z_]+\b/g) ?? []).map((name) => name.replace(/_seconds_(bucket|count|sum)$/, '_seconds')))

describe('deploy', () => {
  const known = new Set([...text('src/api/metrics.cpp').matchAll(/"(adfill_[a-z_]+)"/g)].map((match) => match[1]))
  for (const path of ['deploy/grafana/adfill.json', 'deploy/prometheus/adfill.rules.yml']) {
    it(`${path} names metrics that adfill has`, () => {
      const names = namesIn(text(path))
      assert.ok(names.size > 5)
      for (const name of names) assert.ok(known.has(name), `${name} is no metric of adfill`)
    })
  }
  it('the dashboard shows every metric but the one that counts claims and those of processes', () => {
    const shown = namesIn(text('deploy/grafana/adfill.json'))
    const left = [...known].filter((name) => !shown.has(name))
    assert.deepEqual(left.sort(), ['adfill_chunks_claimed_total', 'adfill_queue_released'])
  })
})
