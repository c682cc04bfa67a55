import { setTimeout as sleep } from 'node:timers/promises'
import { type Fault, FaultError } from '@homerack/errors'

export type UntilOptions = {
  readonly signal: AbortSignal
  /** Milliseconds after which it is given up. */
  readonly within: number
  /** What to say then. */
  readonly late: () => Fault
  /** Milliseconds between two looks; 250 if not said. */
  readonly pause?: number
}

/**
 * Asks `look` until it has an answer.
 *
 * @throws FaultError `late` when the time is over; whatever `look` throws; the signal's reason.
 */
export async function until<T>(look: () => Promise<T | undefined>, options: UntilOptions): Promise<T> {
  const { signal, within, late, pause = 250 } = options
  const deadline = performance.now() + within
  for (;;) {
    signal.throwIfAborted()
    const answer = await look()
    if (answer !== undefined) return answer
    if (performance.now() > deadline) throw new FaultError(late())
    await sleep(pause, undefined, { signal })
  }
}
