import type { Problem as Told } from './types'

// A proxy's page or silence has no code.
export type Problem = Omit<Told, 'code'> & { code?: string }

// What the server refused, as it said it. `status` 0: the server did not answer at all.
export class ProblemError extends Error {
  constructor(
    readonly problem: Problem,
    readonly retryAfterSeconds?: number,
  ) {
    super(problem.detail)
  }
  get status() {
    return this.problem.status
  }
}

export function isProblem(error: unknown): error is ProblemError {
  return error instanceof ProblemError
}

// A request's failure as a problem, whatever went wrong.
export async function problemOf(response: Response): Promise<ProblemError> {
  const retryAfter = Number(response.headers.get('retry-after')) || undefined
  try {
    const body = (await response.json()) as Partial<Problem>
    if (typeof body.detail === 'string') {
      return new ProblemError({ type: 'about:blank', title: response.statusText, ...body, detail: body.detail, status: response.status }, retryAfter)
    }
  } catch {
    // A proxy's own page, or nothing: the status is all there is.
  }
  return new ProblemError({ type: 'about:blank', title: response.statusText, status: response.status, detail: `HTTP ${response.status}` }, retryAfter)
}

export const unreachable = () => new ProblemError({ type: 'about:blank', title: '', status: 0, detail: '' })
