// Words about figures: which account they are of, what they are compared with, and what moved them.
export const figures = {
  accountChooser: {
    every: 'Every account',
    one: 'Choose an account',
    hint: 'Type a part of an account’s or an advertiser’s name, or of an account’s id.',
    found: (n: string) => `${n} found`,
    more: (n: string) => `The first ${n}. Type to find others.`,
    none: 'No account like that',
  },
}
