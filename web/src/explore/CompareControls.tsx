import { useSearch } from '../shared/router'
import { useLanguage } from '../words/Language'
import { comparisons, type Comparison, type Period } from './compare'

// Which days the figures are compared with.
export function CompareControls({ comparison, period }: { comparison: Comparison; period: Period | null }) {
  const { words } = useLanguage()
  const w = words.compare
  const [, choose] = useSearch('against')
  const [, chooseSince] = useSearch('against_since')
  const [, chooseUntil] = useSearch('against_until')
  return (
    <>
      <label>
        {w.label}
        <select value={comparison} onChange={(event) => choose(event.target.value === 'before' ? null : event.target.value)}>
          {comparisons.map((each) => (
            <option key={each} value={each}>
              {w.with[each]}
            </option>
          ))}
        </select>
      </label>
      {comparison === 'own' && period && (
        <>
          <label>
            {w.since}
            <input type="date" value={period.since} onChange={(event) => event.target.value && chooseSince(event.target.value)} />
          </label>
          <label>
            {w.until}
            <input type="date" value={period.until} min={period.since} onChange={(event) => event.target.value && chooseUntil(event.target.value)} />
          </label>
        </>
      )}
    </>
  )
}
