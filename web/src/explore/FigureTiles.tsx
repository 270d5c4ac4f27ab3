import type { PerformanceRow } from '../api/types'
import { formatCount, formatDecimal, formatMoney } from '../shared/money'
import { useLanguage } from '../words/Language'
import { changeOf } from './compare'
import css from './Explore.module.css'

export function FigureTiles({ now, before }: { now: PerformanceRow; before: PerformanceRow | undefined }) {
  const { language, words } = useLanguage()
  const tiles = [
    [words.performance.total, formatMoney(now.cost, now.currency, language), changeOf(now.cost, before?.cost)],
    [words.performance.impressions, formatCount(now.impressions, language), changeOf(now.impressions, before?.impressions)],
    [words.performance.clicks, formatCount(now.clicks, language), changeOf(now.clicks, before?.clicks)],
    [words.performance.conversions, formatDecimal(now.conversions, language), changeOf(now.conversions, before?.conversions)],
  ] as const
  return (
    <dl className={css.tiles} style={{ margin: 0 }}>
      {tiles.map(([name, value, change]) => (
        <div key={name} className={css.tile}>
          <dt>{name}</dt>
          <dd>
            {value} <Change percent={change} />
          </dd>
        </div>
      ))}
    </dl>
  )
}

export function Change({ percent }: { percent: number | null }) {
  const { language } = useLanguage()
  if (percent === null) return null
  return <small>{new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 1, signDisplay: 'exceptZero' }).format(percent / 100)}</small>
}
