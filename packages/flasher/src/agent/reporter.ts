import { setTimeout as sleep } from 'node:timers/promises'
import type { AgentEvent } from '../protocol/schemas.ts'

export type Reporter = {
  /** Tells how far the work is, once the last telling is through. What was overtaken or not heard is dropped. */
  readonly progress: (event: Extract<AgentEvent, { type: 'progress' }>) => void
  /** Tells how it ended; gives up after a while, because the board need not wait for a listener. */
  readonly finish: (event: Exclude<AgentEvent, { type: 'progress' }>) => Promise<boolean>
}

/** How long the end of the work is offered to an operator that does not answer. */
const GRACE_MS = 15_000

export function createReporter(
  post: (events: readonly AgentEvent[]) => Promise<boolean>,
  { pause = 500, grace = GRACE_MS }: { pause?: number; grace?: number } = {},
): Reporter {
  let latest: AgentEvent | undefined
  let sending: Promise<void> | undefined

  const drain = async () => {
    while (latest) {
      const event = latest
      latest = undefined
      await post([event])
      await sleep(pause)
    }
    sending = undefined
  }
  return {
    progress(event) {
      latest = event
      sending ??= drain()
    },
    async finish(event) {
      latest = undefined
      await sending
      for (const since = performance.now(); ; ) {
        if (await post([event])) return true
        if (performance.now() - since > grace) return false
        await sleep(pause)
      }
    },
  }
}
