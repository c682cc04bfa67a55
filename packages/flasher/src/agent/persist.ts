import { setTimeout as sleep } from 'node:timers/promises'
import { FaultError } from '@homerack/errors'

export type BackOff = {
  /** First and longest pause between attempts, in milliseconds. Pauses double. */
  readonly first: number
  readonly longest: number
}

/** An attempt that may be repeated: thrown where another try can help. */
export class Retry extends Error {}

export type PersistOptions = {
  readonly log: (line: string) => void
  readonly signal?: AbortSignal | undefined
  readonly backOff: BackOff
}

/**
 * Repeats `attempt` until it succeeds. Faults, bugs and the signal end it; `Retry` and what `fetch` throws when
 * nobody answers do not. A reason is logged when it changes, not at each attempt.
 */
export async function persist<T>(
  what: string,
  { log, signal, backOff }: PersistOptions,
  attempt: () => Promise<T>,
): Promise<T> {
  let told = ''
  for (let pause = backOff.first; ; pause = Math.min(pause * 2, backOff.longest)) {
    signal?.throwIfAborted()
    try {
      return await attempt()
    } catch (error) {
      if (error instanceof FaultError || signal?.aborted) throw error
      const reason = reasonOf(error as Error)
      if (reason !== told) log(`${what}: ${reason}; trying again`)
      told = reason
    }
    await sleep(pause, undefined, { ...(signal && { signal }) })
  }
}

/** `fetch` says only "fetch failed"; what happened is its cause. */
function reasonOf(error: Error): string {
  const { cause } = error
  return cause instanceof Error
    ? cause.message || String((cause as NodeJS.ErrnoException).code)
    : error.message
}
