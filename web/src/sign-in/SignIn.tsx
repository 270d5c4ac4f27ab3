import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { FormEvent } from 'react'
import { isProblem } from '../api/problem'
import { Button } from '../shared/Button'
import { Field } from '../shared/Field'
import { Mark } from '../shared/Icon'
import { LanguageToggle, ThemeToggle } from '../shell/Toggles'
import { useWords } from '../words/Language'
import { useSaid } from '../words/useSaid'
import { signIn } from './session'
import css from './SignIn.module.css'

export function SignIn() {
  const words = useWords()
  const said = useSaid()
  const client = useQueryClient()
  const enter = useMutation({ mutationFn: signIn, onSuccess: () => client.invalidateQueries({ queryKey: ['session'] }) })

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    enter.mutate(String(new FormData(event.currentTarget).get('token')).trim())
  }
  const problem = isProblem(enter.error) ? enter.error : null
  const message =
    problem === null
      ? undefined
      : problem.status === 0
        ? words.problem.unreachable
        : problem.status === 429
          ? words.signIn.slow(problem.retryAfterSeconds ?? 30)
          : problem.status === 401
            ? words.signIn.wrong
            : said.problem(problem)
  return (
    <main className={css.page}>
      <div className={css.toggles}>
        <LanguageToggle />
        <ThemeToggle />
      </div>
      <form className={css.card} onSubmit={submit}>
        <Mark size={36} />
        <h1>{words.signIn.title}</h1>
        <p>{words.signIn.intro}</p>
        <Field label={words.signIn.token} error={message}>
          {(props) => <input {...props} name="token" type="password" autoComplete="current-password" required autoFocus spellCheck={false} />}
        </Field>
        <Button kind="primary" type="submit" busy={enter.isPending}>
          {words.signIn.submit}
        </Button>
      </form>
    </main>
  )
}
