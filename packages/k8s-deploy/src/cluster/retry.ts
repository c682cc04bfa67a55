import { setTimeout as sleep } from 'node:timers/promises'
import { faultsOf } from '@homerack/errors'
import { statusOf } from './api-status.ts'

const longestPause = 10_000

/** Runs `attempt` again after failures that `isPassing`, ever more slowly, until `patience` (ms) is used up. */
export async function withPatience<T>(
  attempt: () => Promise<T>,
  isPassing: (error: unknown) => boolean,
  patience: number,
  signal: AbortSignal,
): Promise<T> {
  const end = performance.now() + patience
  for (let tries = 0; ; tries++) {
    try {
      return await attempt()
    } catch (error) {
      const pause = Math.min(100 * 2 ** tries, 5000)
      if (!isPassing(error) || performance.now() + pause > end) throw error
      await pauseFor(pause, signal)
    }
  }
}

/** How long a busy server asks to be left alone, in ms; undefined where it does not answer 429 or 503. */
export function retryAfter(status: number | undefined, header: string | undefined): number | undefined {
  if (status !== 429 && status !== 503) return undefined
  const seconds = Number(header ?? Number.NaN)
  const asked = Number.isNaN(seconds) ? Date.parse(header ?? '') - Date.now() : seconds * 1000
  return Math.min(Math.max(Number.isNaN(asked) ? 1000 : asked, 50), longestPause)
}

/** Waits. Throws the reason of an abort. */
export async function pauseFor(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch(() => signal.throwIfAborted())
}

/** The API server could not be reached, or went away while it answered. */
export function isUnreachable(error: unknown): boolean {
  return faultsOf(error)?.some(({ code }) => code === 'E_CLUSTER_UNREACHABLE') ?? false
}

/** The API server answers, but cannot serve now: it is busy, or etcd has no leader or elects one. */
export function isUnavailable(error: unknown): boolean {
  const status = statusOf(error)
  if (!status) return false
  const { code, message } = status
  return code === 429 || code === 503 || code === 504 || (code === 500 && message.includes('etcdserver: '))
}
