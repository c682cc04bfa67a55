import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Asks `look` until it has an answer, pausing between two looks.
 *
 * @throws whatever `look` throws, and the signal's reason.
 */
export async function until<T>(
  look: () => Promise<T | undefined>,
  signal: AbortSignal,
  pauseMs = 250,
): Promise<T> {
  for (;;) {
    signal.throwIfAborted()
    const answer = await look()
    if (answer !== undefined) return answer
    await sleep(pauseMs, undefined, { signal })
  }
}
