// Sums of decimal strings, exact to the last digit: they are reckoned in whole millionths, as the server keeps them.
const places = 6

function millionths(amount: string): bigint {
  const [, sign = '', whole = '0', fraction = ''] = /^(-?)(\d+)(?:\.(\d{1,6}))?$/.exec(amount) ?? []
  const value = BigInt(whole + fraction.padEnd(places, '0'))
  return sign ? -value : value
}

function decimal(value: bigint): string {
  const digits = (value < 0n ? -value : value).toString().padStart(places + 1, '0')
  const fraction = digits.slice(-places).replace(/0+$/, '')
  return `${value < 0n ? '-' : ''}${digits.slice(0, -places)}${fraction && `.${fraction}`}`
}

export const sumOf = (amounts: string[]) => decimal(amounts.reduce((sum, amount) => sum + millionths(amount), 0n))
export const difference = (after: string, before: string) => decimal(millionths(after) - millionths(before))
