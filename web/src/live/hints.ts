// A hint says that something changed, never what it is now: the truth is always fetched. 64 workers make many hints, so
// they are gathered for a moment, and while the fetches they caused are under way the next ones wait: no fetch is cut
// short by the next hint, and none is missed.

export type Hint = { kind: 'job' | 'chunk' | 'integration' | 'throttle' | 'everything'; id: string; jobId?: string }

export function parseHint(kind: Hint['kind'], data: string): Hint {
  try {
    const { id, job_id } = JSON.parse(data) as { id?: string; job_id?: string }
    return { kind, id: id ?? '', ...(job_id ? { jobId: job_id } : {}) }
  } catch {
    return { kind: 'everything', id: '' }
  }
}

export class HintGatherer {
  private waiting = new Map<string, Hint>()
  private timer: ReturnType<typeof setTimeout> | undefined
  private applying = false

  constructor(
    private readonly apply: (hints: Hint[]) => Promise<unknown>,
    private readonly windowMs: number,
  ) {}

  add(hint: Hint) {
    this.waiting.set(`${hint.kind} ${hint.id}`, hint)
    this.arm()
  }

  stop() {
    clearTimeout(this.timer)
    this.timer = undefined
    this.waiting.clear()
  }

  private arm() {
    if (this.timer !== undefined || this.applying || this.waiting.size === 0) return
    this.timer = setTimeout(() => void this.flush(), this.windowMs)
  }

  private async flush() {
    this.timer = undefined
    const hints = [...this.waiting.values()]
    this.waiting.clear()
    this.applying = true
    try {
      await this.apply(hints)
    } finally {
      this.applying = false
      this.arm()
    }
  }
}
