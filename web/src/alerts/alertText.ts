// What an alert says, in the reader's language: of its kind and parameters. The server's English sentence stands in for what
// they don't tell.
import type { Alert } from '../api/types'
import { formatDay } from '../shared/day'
import { formatCount } from '../shared/money'
import { formatInstant } from '../shared/Time'
import type { Words } from '../words/en'
import type { Said } from '../words/said'

export function alertText(alert: Alert, words: Words, language: string, said: Pick<Said, 'failure'>): string {
  const sentence = sentenceOf(alert, words, language, said)
  if (sentence === null) return alert.message
  if (!alert.account_name) return sentence
  const type = alert.parameters.collection_type
  const where = [alert.source && words.source[alert.source], type && words.type[type]].filter(Boolean).join(', ')
  return `${alert.account_name}${where && ` (${where})`}: ${sentence}`
}

// Null where the parameters don't tell enough.
function sentenceOf(alert: Alert, words: Words, language: string, said: Pick<Said, 'failure'>): string | null {
  const text = words.alerts.text
  const { day, newest_day, days, reason, since, until, more, waiting_since, workers } = alert.parameters
  const error = alert.parameters.error && said.failure(alert.parameters.error)
  const dated = (date: string) => formatDay(date, language)
  switch (alert.kind) {
    case 'freshness':
      if (!day) return null
      return newest_day ? text.late(dated(day), dated(newest_day)) : text.neverCame(dated(day))
    case 'mismatch':
      return days && newest_day ? text.differs(formatCount(days, language), dated(newest_day)) : null
    case 'credentials':
      if (reason === 'expiring' && day) return text.expiring(dated(day))
      return reason === 'refused' && error ? text.refused(error) : null
    case 'job_failed':
    case 'unparsable': {
      if (!since || !until || error === undefined) return null
      const range = since === until ? dated(since) : `${dated(since)} – ${dated(until)}`
      if (alert.kind === 'unparsable') return text.unreadable(range, error)
      return more ? text.failedMore(range, formatCount(more, language), error) : text.failed(range, error)
    }
    case 'outage':
      return alert.source ? text.outage(words.source[alert.source]) : null
    case 'queue':
      if (!waiting_since) return null
      return workers ? text.stuck(formatInstant(waiting_since, language)) : text.noWorker(formatInstant(waiting_since, language))
    case 'metric_fall':
      return fallOf(alert, words, language)
  }
}

function fallOf(alert: Alert, words: Words, language: string): string | null {
  const { metric, since, accounts, accounts_judged } = alert.parameters
  if (!metric || !since || !alert.source) return null
  const bought = { conversions: words.alerts.metric.purchases, conversion_value: words.alerts.metric.purchase_value }
  const isBought = alert.source === 'meta' && (metric === 'conversions' || metric === 'conversion_value')
  const what = `${words.source[alert.source]} ${isBought ? bought[metric] : words.alerts.metric[metric]}`
  const day = formatDay(since, language)
  if (accounts === undefined || accounts_judged === undefined) return words.alerts.text.fellSomewhere(what, day)
  return words.alerts.text.fell(what, day, formatCount(accounts, language), formatCount(accounts_judged, language))
}
