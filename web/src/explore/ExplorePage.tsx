import { AccountChooser } from '../integrations/AccountChooser'
import { addDays, today } from '../shared/day'
import { PageHead } from '../shared/Panel'
import { useSearch } from '../shared/router'
import { Segmented } from '../shared/Segmented'
import { useLanguage } from '../words/Language'
import { CompareControls } from './CompareControls'
import { comparisons, periodCompared } from './compare'
import css from './Explore.module.css'
import { Figures } from './Figures'
import { fromLocalInput, toLocalInput } from './localTime'
import type { Asked, Group } from './queries'

const groups: Group[] = ['day', 'campaign', 'ad', 'source', 'gender', 'age']

export function ExplorePage() {
  const { words } = useLanguage()
  const [chosenGroup, chooseGroup] = useSearch('by')
  const [chosenSince, chooseSince] = useSearch('since')
  const [chosenUntil, chooseUntil] = useSearch('until')
  const [integration, chooseIntegration] = useSearch('account')
  const [chosenComparison] = useSearch('against')
  const [ownSince] = useSearch('against_since')
  const [ownUntil] = useSearch('against_until')
  const [then, chooseThen] = useSearch('as_of')
  const group = groups.find((each) => each === chosenGroup) ?? 'day'
  const until = chosenUntil ?? addDays(today(), -1)
  const since = chosenSince ?? addDays(until, -29)
  // What was told earlier is known of one account at a time, and is compared with what is told now.
  const asOf = (integration && then) || undefined
  const asked: Asked = { group, since, until, integration: integration ?? undefined, asOf }
  const comparison = comparisons.find((each) => each === chosenComparison) ?? 'before'
  const period = periodCompared(comparison, { since, until }, { since: ownSince, until: ownUntil })
  const compared = asOf ? { ...asked, asOf: undefined } : period && { ...asked, ...period }
  return (
    <>
      <PageHead title={words.explore.title} note={words.explore.intro} />
      <div className={css.controls}>
        <AccountChooser label={words.explore.account} value={integration} every onChoose={chooseIntegration} />
        <label>
          {words.request.since}
          <input type="date" value={since} max={until} onChange={(event) => event.target.value && chooseSince(event.target.value)} />
        </label>
        <label>
          {words.request.until}
          <input type="date" value={until} min={since} onChange={(event) => event.target.value && chooseUntil(event.target.value)} />
        </label>
        {!asOf && <CompareControls comparison={comparison} period={period} />}
        {integration && (
          <label>
            {words.asReported.label}
            <input type="datetime-local" value={toLocalInput(then)} max={toLocalInput(new Date().toISOString())} onChange={(event) => chooseThen(fromLocalInput(event.target.value))} />
          </label>
        )}
        <Segmented label={words.explore.by} name="by" value={group} options={groups.map((value) => ({ value, label: words.explore.group[value] }))} onChange={(value) => chooseGroup(value === 'day' ? null : value)} />
      </div>
      <Figures asked={asked} compared={compared} />
    </>
  )
}
