import { createContext, useContext, useLayoutEffect, useMemo, useState, type ReactNode } from 'react'
import { en, type Words } from './en'
import { ko } from './ko'

export type Language = 'en' | 'ko'

const words: Record<Language, Words> = { en, ko }
const storageKey = 'adfill.language'

type LanguageValue = { language: Language; words: Words; choose: (language: Language) => void }

const LanguageContext = createContext<LanguageValue>({ language: 'en', words: en, choose: () => {} })

function firstLanguage(): Language {
  const chosen = localStorage.getItem(storageKey)
  if (chosen === 'en' || chosen === 'ko') return chosen
  return navigator.language.toLowerCase().startsWith('ko') ? 'ko' : 'en'
}

export function LanguageProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState(firstLanguage)
  // Line breaking, hyphenation and screen readers go by the document's language.
  useLayoutEffect(() => {
    document.documentElement.lang = language
  }, [language])
  const value = useMemo(() => {
    const choose = (next: Language) => {
      localStorage.setItem(storageKey, next)
      setLanguage(next)
    }
    return { language, words: words[language], choose }
  }, [language])
  return <LanguageContext.Provider value={value}>{children}</LanguageContext.Provider>
}

export const useLanguage = () => useContext(LanguageContext)
export const useWords = () => useContext(LanguageContext).words
