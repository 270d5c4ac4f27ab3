import { Button, IconButton } from '../shared/Button'
import { Icon } from '../shared/Icon'
import { useLanguage } from '../words/Language'
import { chooseTheme, useTheme } from './theme'

export function ThemeToggle() {
  const { words } = useLanguage()
  const theme = useTheme()
  return (
    <IconButton label={theme === 'dark' ? words.theme.toLight : words.theme.toDark} onClick={() => chooseTheme(theme === 'dark' ? 'light' : 'dark')}>
      <Icon name={theme === 'dark' ? 'sun' : 'moon'} />
    </IconButton>
  )
}

export function LanguageToggle() {
  const { language, words, choose } = useLanguage()
  const other = language === 'en' ? 'ko' : 'en'
  return (
    <Button kind="quiet" small lang={other} onClick={() => choose(other)} data-testid="language">
      {words.language.switchTo}
    </Button>
  )
}
