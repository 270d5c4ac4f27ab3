import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { onSignedOut } from './api/client'
import { LiveProvider } from './live/Live'
import { Routes } from './routes'
import { ProblemBanner } from './shared/states'
import { ToastProvider } from './shared/Toast'
import { Shell } from './shell/Shell'
import { forgetSession, session } from './sign-in/session'
import { SignIn } from './sign-in/SignIn'

export function App() {
  const client = useQueryClient()
  const who = useQuery(session)
  useEffect(() => onSignedOut(() => forgetSession(client)), [client])
  if (who.isPending) return null
  if (who.data === undefined) {
    return (
      <main className="inset">
        <ProblemBanner error={who.error} onRetry={() => void who.refetch()} />
      </main>
    )
  }
  if (who.data === null) return <SignIn />
  return (
    <LiveProvider>
      <ToastProvider>
        <Shell who={who.data}>
          <Routes />
        </Shell>
      </ToastProvider>
    </LiveProvider>
  )
}
