import { useQueryClient } from '@tanstack/react-query'
import { useCallback, type ReactNode } from 'react'
import { AlertBadge } from '../alerts/AlertBadge'
import type { Session } from '../api/types'
import { LiveBadge } from '../live/LiveBadge'
import { ThrottleBanner } from '../queue/ThrottleBanner'
import { IconButton } from '../shared/Button'
import { Icon, Mark } from '../shared/Icon'
import { Link, navigate, usePath } from '../shared/router'
import { forgetSession, signOut } from '../sign-in/session'
import { useWords } from '../words/Language'
import css from './Shell.module.css'
import { LanguageToggle, ThemeToggle } from './Toggles'

export function Shell({ who, children }: { who: Session; children: ReactNode }) {
  const words = useWords()
  const client = useQueryClient()
  const path = usePath()
  const leave = async () => {
    await signOut().catch(() => {})
    navigate('/')
    forgetSession(client)
  }
  return (
    <>
      <a className={css.skip} href="#content">
        {words.nav.skip}
      </a>
      <header className={css.bar}>
        <div className={css.inside}>
          <Link href="/" className={css.brand}>
            <Mark size={22} />
            adfill
          </Link>
          <nav className={css.nav} aria-label={words.nav.label}>
            <Tab href="/">{words.nav.overview}</Tab>
            <Tab href="/jobs">{words.nav.jobs}</Tab>
            <Tab href="/integrations">{words.nav.integrations}</Tab>
            <Tab href="/coverage">{words.coverage.title}</Tab>
            <Tab href="/explore">{words.nav.explore}</Tab>
            {who.role === 'admin' && <Tab href="/quota">{words.nav.quota}</Tab>}
            <Tab href="/alerts">{words.nav.alerts}</Tab>
            {who.role === 'admin' && <Tab href="/settings">{words.nav.settings}</Tab>}
            {who.role === 'admin' && <Tab href="/audit">{words.nav.audit}</Tab>}
            <a className={css.docs} href="/docs">
              {words.nav.docs}
            </a>
          </nav>
          <div className={css.tools}>
            <AlertBadge />
            <LiveBadge />
            <LanguageToggle />
            <ThemeToggle />
            <IconButton label={`${words.account.signOut} (${who.name}, ${words.account.role[who.role]})`} onClick={() => void leave()}>
              <Icon name="signOut" />
            </IconButton>
          </div>
        </div>
      </header>
      <main id="content" className={css.content} tabIndex={-1}>
        {path !== '/quota' && <ThrottleBanner />}
        {children}
      </main>
    </>
  )
}

function Tab({ href, children }: { href: string; children: ReactNode }) {
  const path = usePath()
  const here = path === href || (href !== '/' && path.startsWith(`${href}/`))
  // On a phone the row of tabs scrolls: the one that is open is in sight.
  const bring = useCallback((element: HTMLSpanElement | null) => element?.parentElement?.scrollIntoView({ block: 'nearest', inline: 'nearest' }), [])
  return (
    <Link href={href} aria-current={here ? 'page' : undefined}>
      <span ref={here ? bring : undefined}>{children}</span>
    </Link>
  )
}
