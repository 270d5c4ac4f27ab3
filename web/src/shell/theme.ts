import { useSyncExternalStore } from 'react'

export type Theme = 'light' | 'dark'

const storageKey = 'adfill.theme' // read by public/theme.js before the first paint
const changed = 'adfill:theme'
const system = matchMedia('(prefers-color-scheme: dark)')

function current(): Theme {
  const chosen = document.documentElement.dataset.theme
  if (chosen === 'light' || chosen === 'dark') return chosen
  return system.matches ? 'dark' : 'light'
}

function subscribe(listener: () => void) {
  system.addEventListener('change', listener)
  window.addEventListener(changed, listener)
  return () => {
    system.removeEventListener('change', listener)
    window.removeEventListener(changed, listener)
  }
}

export const useTheme = () => useSyncExternalStore(subscribe, current)

// A choice that agrees with the system is no choice: the theme follows the system again.
export function chooseTheme(theme: Theme) {
  if ((theme === 'dark') === system.matches) {
    localStorage.removeItem(storageKey)
    delete document.documentElement.dataset.theme
  } else {
    localStorage.setItem(storageKey, theme)
    document.documentElement.dataset.theme = theme
  }
  window.dispatchEvent(new Event(changed))
}
