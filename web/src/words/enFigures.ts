// Words about an account's figures: when they are collected, what they are compared with, and what moved them.
export const figures = {
  scheduleDialog: {
    title: (type: string) => `When to collect: ${type}`,
    open: 'Change…',
    when: 'How often',
    preset: { daily: 'Every day at 06:00', twice: 'Every day at 06:00 and 18:00', sixHours: 'Every 6 hours', weekdays: 'Monday to Friday at 06:00', mondays: 'Mondays at 06:00' },
    own: 'An expression of your own',
    cron: 'Cron expression',
    cronHint: 'Minute, hour, day of month, month, day of week.',
    zone: 'Time zone of these hours',
    zoneHint: 'A name of the IANA database, such as Asia/Seoul.',
    changed: (when: string, next: string) => `Saved: ${when}. Next: ${next}.`,
  },
  compare: {
    label: 'Compare with',
    with: { before: 'The days before', year: 'The same days last year', own: 'Days of your choice', none: 'Nothing' },
    since: 'Compared from',
    until: 'Compared to',
  },
  asReported: {
    label: 'As reported on',
    note: (time: string) => `As it was told on ${time}, and what the same days are now.`,
    now: (figure: string) => `now ${figure}`,
    change: 'Cost, since then',
    unknown: 'What was told then is not known any more',
  },
  accountChooser: {
    every: 'Every account',
    one: 'Choose an account',
    hint: 'Type a part of an account’s or an advertiser’s name, or of an account’s id.',
    found: (n: string) => `${n} found`,
    more: (n: string) => `The first ${n}. Type to find others.`,
    none: 'No account like that',
  },
}
