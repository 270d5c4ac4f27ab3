import type { PerformanceRow } from '../api/types'
import { formatCount, formatDecimal, formatMoney } from '../shared/money'
import { useLanguage } from '../words/Language'
import { changeOf } from './compare'
import css from './Explore.module.css'

// `later`: what is compared is what is told of the same days now, so the change leads there.
export function FigureTiles({ shown, compared, later }: { shown: PerformanceRow; compared: PerformanceRow | undefined; later: boolean }) {
  const { language, words } = useLanguage()
  const tiles = [
    ['cost', words.performance.total, (row: PerformanceRow) => formatMoney(row.cost, row.currency, language)],
    ['impressions', words.performance.impressions, (row: PerformanceRow) => formatCount(row.impressions, language)],
    ['clicks', words.performance.clicks, (row: PerformanceRow) => formatCount(row.clicks, language)],
    ['conversions', words.performance.conversions, (row: PerformanceRow) => formatDecimal(row.conversions, language)],
  ] as const
  return (
    <dl className={css.tiles} style={{ margin: 0 }}>
      {tiles.map(([figure, name, format]) => (
        <div key={figure} className={css.tile}>
          <dt>{name}</dt>
          <dd>
            {format(shown)}{' '}
            {later && compared ? (
              <small className={css.now}>
                {words.asReported.now(format(compared))} <Change percent={changeOf(compared[figure], shown[figure])} />
              </small>
            ) : (
              <Change percent={changeOf(shown[figure], compared?.[figure])} />
            )}
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
