// What the header shows: nothing, the number, or that there are more than one page tells.
export function badgeText(shown: number, more: boolean) {
  if (shown === 0) return null
  return more ? `${shown}+` : String(shown)
}
