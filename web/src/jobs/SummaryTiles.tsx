import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { queue } from '../queue/queries'
import { formatCount } from '../shared/money'
import { useNow } from '../shared/Time'
import { useLanguage } from '../words/Language'
import { jobs } from './queries'
import css from './SummaryTiles.module.css'

export function SummaryTiles() {
  const { language, words } = useLanguage()
  const now = useNow()
  const newest = useQuery(jobs.newest)
  const chunks = useQuery(queue)
  const list = newest.data?.jobs
  const more = newest.data?.next_cursor != null ? '+' : ''
  const count = (value: number | undefined, suffix = '') => (value === undefined ? '–' : formatCount(value, language) + suffix)
  const throttled = chunks.data?.throttled.filter((scope) => Date.parse(scope.until) > now).length
  const tiles = words.jobs.tiles
  return (
    <div className={css.tiles}>
      <Tile name={tiles.running} value={count(list?.filter((job) => job.status === 'running').length, more)} hint={tiles.runningHint(chunks.data?.processing ?? 0)} />
      <Tile name={tiles.completed} value={count(list?.filter((job) => job.status === 'completed').length, more)} hint={tiles.completedHint(count(list?.length, more))} />
      <Tile name={tiles.rows} value={count(list?.reduce((sum, job) => sum + job.rows, 0), more)} hint={tiles.rowsHint} />
      <Tile name={tiles.throttled} value={count(throttled)} hint={throttled ? tiles.throttledHint : tiles.notThrottled} tone={throttled ? css.amber : undefined} />
    </div>
  )
}

function Tile({ name, value, hint, tone }: { name: string; value: ReactNode; hint: string; tone?: string | undefined }) {
  return (
    <div className={`${css.tile} ${tone ?? ''}`}>
      <h2>{name}</h2>
      <p>{value}</p>
      <small>{hint}</small>
    </div>
  )
}
