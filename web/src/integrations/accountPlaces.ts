// Where an arrow key leads in a list; over either end it goes on at the other.
export function nextPlace(place: number, count: number, key: 'ArrowDown' | 'ArrowUp'): number {
  if (count === 0) return 0
  return (place + (key === 'ArrowDown' ? 1 : count - 1)) % count
}
