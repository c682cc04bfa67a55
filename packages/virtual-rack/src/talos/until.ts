import { setTimeout as sleep } from 'node:timers/promises'

/** Never resolves; rejects when the signal aborts. */
export function untilAborted(signal: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>()
  if (signal.aborted) reject(signal.reason)
  else signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  return promise
}

/** Looks again every 50 ms until something is found. Rejects when the signal aborts. */
export async function untilFound<T>(find: () => T | undefined, signal: AbortSignal): Promise<T> {
  for (;;) {
    signal.throwIfAborted()
    const found = find()
    if (found !== undefined) return found
    await sleep(50, undefined, { signal })
  }
}
