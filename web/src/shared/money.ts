// Money and counts as text. Amounts stay the decimal strings they were on the wire: Intl reads them digit by digit, so
// nothing passes through a float.

// A currency's own places at least, and every place that the amount has: 5339.5 KRW is ₩5,339.5, never ₩5,340.
export function formatMoney(amount: string, currency: string, language: string): string {
  if (!isDecimal(amount)) return amount
  return new Intl.NumberFormat(language, { style: 'currency', currency, maximumFractionDigits: 6 }).format(amount)
}

export function formatDecimal(amount: string, language: string): string {
  return isDecimal(amount) ? new Intl.NumberFormat(language, { maximumFractionDigits: 6 }).format(amount) : amount
}

export function formatCount(count: number, language: string): string {
  return new Intl.NumberFormat(language).format(count)
}

function isDecimal(text: string): text is `${number}` {
  return /^-?\d+(\.\d+)?$/.test(text)
}

// For the height of a line on the screen, never for a figure that is shown.
export const chartValue = (amount: string) => Number(amount)

// A difference, with its sign.
export function formatMoneyMoved(amount: string, currency: string, language: string): string {
  if (!isDecimal(amount)) return amount
  return new Intl.NumberFormat(language, { style: 'currency', currency, maximumFractionDigits: 6, signDisplay: 'exceptZero' }).format(amount)
}

export function formatCountMoved(count: number, language: string): string {
  return new Intl.NumberFormat(language, { signDisplay: 'exceptZero' }).format(count)
}
