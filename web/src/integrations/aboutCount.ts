// A count that is known to some percent, in two digits and a unit that people say: "1.2 million", "120만", "3,400", "37".
export function aboutCount(count: number, language: string): string {
  const short = count >= 100_000
  return new Intl.NumberFormat(language, { maximumSignificantDigits: 2, notation: short ? 'compact' : 'standard', compactDisplay: 'long' }).format(count)
}
