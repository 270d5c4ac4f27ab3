import { useState } from 'react'
import type { Creative, PerformanceRow } from '../api/types'
import { ListTable, type Column } from '../shared/ListTable'
import { chartValue, formatCount, formatDecimal, formatMoney } from '../shared/money'
import { useLanguage } from '../words/Language'
import type { Words } from '../words/en'
import { changeOf } from './compare'
import css from './Explore.module.css'
import { Change } from './FigureTiles'
import type { Group } from './queries'

const widestShare = 96 // pixels

// Days newest first; all else by what it cost.
// `others`: the rows that they are compared with; `later`: what is told of them now.
type Props = { rows: PerformanceRow[]; others: PerformanceRow[]; later: boolean; group: Group; creatives?: Map<string, Creative> | undefined }

export function FigureTable({ rows, others, later, group, creatives }: Props) {
  const { language, words } = useLanguage()
  const sorted = [...rows].sort((left, right) => (group === 'day' ? (right.day ?? '').localeCompare(left.day ?? '') : chartValue(right.cost) - chartValue(left.cost)))
  const highest = Math.max(...rows.map((row) => chartValue(row.cost)), 1e-9)
  const other = new Map(others.map((row) => [keyOf(row, group), row]))
  const change = (cost: string, otherCost: string | undefined) => (later ? changeOf(otherCost, cost) : changeOf(cost, otherCost))
  const share = (row: PerformanceRow) => (
    <span className={css.share}>
      <i style={{ width: Math.max(2, (chartValue(row.cost) / highest) * widestShare) }} aria-hidden="true" />
      {formatMoney(row.cost, row.currency, language)}
    </span>
  )
  const named = new Map<string, number>()
  for (const row of rows) named.set(nameOf(row, group, words), (named.get(nameOf(row, group, words)) ?? 0) + 1)
  const columns: Column<PerformanceRow>[] = [
    { name: 'key', width: '28%', label: words.explore.group[group], cell: (row) => <Name row={row} group={group} several={named.get(nameOf(row, group, words)) ?? 0} creative={creatives?.get(row.ad_id ?? '')} /> },
    { name: 'cost', width: '25%', label: words.coverage.figure.cost, cell: share },
    ...(others.length > 0
      ? [{ name: 'change', label: later ? words.asReported.change : words.explore.change, number: true, dim: true, cell: (row: PerformanceRow) => <Change percent={change(row.cost, other.get(keyOf(row, group))?.cost)} /> }]
      : []),
    { name: 'impressions', label: words.performance.impressions, number: true, cell: (row) => formatCount(row.impressions, language) },
    { name: 'clicks', label: words.performance.clicks, number: true, cell: (row) => formatCount(row.clicks, language) },
    { name: 'conversions', label: words.performance.conversions, number: true, cell: (row) => formatDecimal(row.conversions, language) },
  ]
  return (
    <div className={css.scroll} tabIndex={0} role="region" aria-label={words.explore.title}>
      <ListTable columns={columns} rows={sorted} keyOf={(row) => keyOf(row, group)} />
    </div>
  )
}

// Accounts may have campaigns of the same name: then the id tells which it is.
function Name({ row, group, several, creative }: { row: PerformanceRow; group: Group; several: number; creative: Creative | undefined }) {
  const { words } = useLanguage()
  return (
    <span className={creative && css.pictured}>
      {creative && <Picture creative={creative} />}
      {nameOf(row, group, words)}
      {several > 1 && <small className={css.id}>{keyOf(row, group)}</small>}
    </span>
  )
}

// The platform's link while it lasts (the policy of this page takes pictures by https alone), then the thumbnail that is kept. The ad's name stands beside it.
function Picture({ creative }: { creative: Creative }) {
  const { words } = useLanguage()
  const [failed, note] = useState<string[]>([])
  const links = [creative.thumbnail_url.startsWith('https:') ? creative.thumbnail_url : null, creative.picture_url]
  const link = links.find((each) => each && !failed.includes(each))
  if (!link) return <span className={css.noPicture} title={words.explore.noPicture} aria-hidden="true" />
  return <img className={css.picture} src={link} alt="" loading="lazy" referrerPolicy="no-referrer" onError={() => note([...failed, link])} />
}

function keyOf(row: PerformanceRow, group: Group): string {
  return (group === 'campaign' ? row.campaign_id : group === 'ad' ? row.ad_id : row[group]) ?? ''
}

function nameOf(row: PerformanceRow, group: Group, words: Words): string {
  if (group === 'campaign') return row.campaign_name || row.campaign_id || ''
  if (group === 'ad') return row.ad_name || row.ad_id || ''
  if (group === 'source' && row.source) return (words.source as Record<string, string>)[row.source] ?? row.source
  if (group === 'gender' && row.gender) return (words.explore.gender as Record<string, string>)[row.gender] ?? row.gender
  return keyOf(row, group)
}
