import { formatDuration } from '../shared/duration'
import { useLanguage } from '../words/Language'
import css from './PriceTag.module.css'
import { aboutCount } from './aboutCount'
import type { Price } from './usePrice'

// "About 1.2 million rows, 3,400 calls, 2 h 10 min".
export function PriceTag({ price }: { price: Price }) {
  const { language, words } = useLanguage()
  const tier = price.tier === 'limited' || price.tier === 'full' ? words.add.priceTier[price.tier] : null
  return (
    <div className={css.price} role="status">
      <strong>{words.add.priceOf(aboutCount(price.rows, language), aboutCount(price.calls, language), formatDuration(price.seconds * 1000, language))}</strong>
      <small>
        {tier && `${tier} `}
        {price.rough ? words.add.priceRough : words.add.priceNote(price.chunks)}
      </small>
    </div>
  )
}
