import type { CoverageDay } from '../api/types'
import { Button } from '../shared/Button'
import { formatRange } from '../shared/day'
import { formatCount } from '../shared/money'
import { useLanguage } from '../words/Language'
import { allGaps, runsToMend } from './holes'
import { count, type Counts, type Range } from './selection'
import css from './SelectionBar.module.css'

const states = ['gap', 'mismatch', 'moving', 'fresh', 'suspect', 'pinned'] as const
const runsShown = 5

type Props = { days: CoverageDay[]; range: Range | null; onSelect: (range: Range) => void; onClear: () => void; onAgain: (() => void) | undefined }

// What is selected, and what can be done with it; above it, what is likely to be selected.
export function SelectionBar({ days, range, onSelect, onClear, onAgain }: Props) {
  const { language, words } = useLanguage()
  const w = words.coverage.select
  const counts = range && count(days, range)
  return (
    <div className={css.bar}>
      {onAgain && <Mend days={days} range={range} onSelect={onSelect} />}
      {/* Told to screen readers as it changes, so it is there before. */}
      <div className={range ? css.selected : css.nothing}>
        <p role="status">
          {range && counts && (
            <>
              <strong>{w.selected(formatCount(counts.days, language))}</strong>
              <span>{formatRange(range.since, range.until, language)}</span>
              <small>{wordsOf(counts, (state, n) => w[state](formatCount(n, language)))}</small>
            </>
          )}
        </p>
        {range && (
          <div>
            <Button small kind="quiet" onClick={onClear}>
              {w.clear}
            </Button>
            {onAgain && (
              <Button small kind="primary" onClick={onAgain}>
                {w.again}
              </Button>
            )}
          </div>
        )}
      </div>
    </div>
  )
}

const wordsOf = (counts: Counts, say: (state: (typeof states)[number], n: number) => string) =>
  states
    .filter((state) => counts[state] > 0)
    .map((state) => say(state, counts[state]))
    .join(' · ')

// The runs of days that are missing or differ, a click each.
function Mend({ days, range, onSelect }: { days: CoverageDay[]; range: Range | null; onSelect: (range: Range) => void }) {
  const { language, words } = useLanguage()
  const w = words.coverage.select
  const runs = runsToMend(days)
  if (runs.length === 0) return null
  const all = runs.filter(({ state }) => state === 'gap').length > 1 ? allGaps(days) : null
  const isChosen = (run: Range) => range?.since === run.since && range.until === run.until
  return (
    <div className={css.mend} role="group" aria-label={w.mend}>
      <span aria-hidden="true">{w.mend}</span>
      {all && (
        <button type="button" aria-pressed={isChosen(all)} onClick={() => onSelect(all)}>
          {w.allGaps}
        </button>
      )}
      {runs.slice(0, runsShown).map((run) => (
        <button key={run.since} type="button" aria-pressed={isChosen(run)} data-run={run.since} onClick={() => onSelect(run)}>
          <i className={css[run.state]} aria-hidden="true" />
          {w.run(formatRange(run.since, run.until, language), w[run.state](formatCount(run.days, language)))}
        </button>
      ))}
      {runs.length > runsShown && <span>{w.more(formatCount(runs.length - runsShown, language))}</span>}
    </div>
  )
}
