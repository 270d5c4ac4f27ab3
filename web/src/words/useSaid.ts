import { useMemo } from 'react'
import { formatDay } from '../shared/day'
import { formatInstant } from '../shared/Time'
import { useLanguage } from './Language'
import { saidInEnglish, saidInKorean, type Said } from './said'

// The server's words, for who reads this page.
export function useSaid(): Said {
  const { language, words } = useLanguage()
  const { unreachable } = words.problem
  return useMemo(
    () =>
      language === 'en'
        ? saidInEnglish({ unreachable })
        : saidInKorean({ unreachable, formatDay: (day) => formatDay(day, language), formatInstant: (time) => formatInstant(time, language) }),
    [language, unreachable],
  )
}
