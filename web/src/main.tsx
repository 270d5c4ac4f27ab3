import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { isProblem } from './api/problem'
import { App } from './App'
import './shared/tokens.css'
import { signIn, takeTokenFromAddress } from './sign-in/session'
import { LanguageProvider } from './words/Language'

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000, // events mark stale what changed; this is for coming back to a page
      retry: (count, error) => count < 2 && isProblem(error) && (error.status === 0 || error.status >= 500),
      retryDelay: 500,
    },
  },
})

const token = takeTokenFromAddress()
// A wrong token leads to the sign-in page, which tells the same when it is tried there.
if (token !== null) await signIn(token).catch(() => {})

const root = document.getElementById('root')
if (root) {
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={client}>
        <LanguageProvider>
          <App />
        </LanguageProvider>
      </QueryClientProvider>
    </StrictMode>,
  )
}
