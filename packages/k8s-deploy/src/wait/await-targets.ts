import { type Fault, FaultError } from '@homerack/errors'
import type { Cluster } from '../cluster/cluster.ts'
import type { KubeObject } from '../object/kube-object.ts'
import { formatRef } from '../object/object-ref.ts'
import { explain } from './explain.ts'
import { lookAtTarget } from './look-at-target.ts'
import type { Readiness } from './readiness-type.ts'
import type { Target } from './targets.ts'
import { type View, watchTargets } from './watch-targets.ts'

/** What is awaited has changed. */
export type WaitEvent = { readonly type: 'waiting'; readonly reason: string }

export type AwaitOptions = {
  readonly cluster: Cluster
  readonly targets: readonly Target[]
  /** How long, in milliseconds, all of it may take together. */
  readonly timeoutMs: number
  readonly signal?: AbortSignal | undefined
  readonly onEvent?: ((event: WaitEvent) => void) | undefined
}

/**
 * Waits until all targets are as they should be.
 *
 * Throws E_NOT_READY for each one that is not, when the time is over or as soon as one has failed for good.
 */
export async function awaitTargets(options: AwaitOptions): Promise<void> {
  const { cluster, targets, timeoutMs, signal, onEvent } = options
  if (targets.length === 0) return
  const stop = new AbortController()
  const both = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  let waiting: readonly Waiting[] = targets.map((target) => ({
    target,
    readiness: unlooked,
    reason: unlooked.reason,
  }))
  let said = ''
  const look = (view: View) => {
    waiting = targets.flatMap((target) => lookAt(target, view))
    const [first, ...more] = waiting
    if (!first) return resolve()
    if (waiting.some(({ readiness }) => readiness.failed)) return reject(notReady(waiting))
    const sentence = `${formatRef(first.target.ref)}: ${first.reason}`
    const reason = more.length > 0 ? `${sentence} (and ${more.length} more)` : sentence
    if (reason !== said) onEvent?.({ type: 'waiting', reason })
    said = reason
  }
  const timer = setTimeout(() => reject(notReady(waiting, timeoutMs)), timeoutMs)
  const abort = () => reject(signal?.reason)
  signal?.addEventListener('abort', abort, { once: true })
  if (signal?.aborted) abort()
  const watching = watchTargets(cluster, targets, both, look).catch(reject)
  try {
    await promise
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', abort)
    stop.abort()
    await watching
  }
}

type Waiting = { readonly target: Target; readonly readiness: Readiness; readonly reason: string }

const unlooked: Readiness = { ready: false, reason: 'the API server has not told its state' }

function lookAt(target: Target, { find, surroundings }: View): Waiting[] {
  const live: KubeObject | undefined = find(target.ref)
  const readiness = lookAtTarget(target, live)
  if (readiness.ready) return []
  const reason =
    live && !target.gone ? explain(live, readiness, surroundings(target.ref.namespace)) : readiness.reason
  return [{ target, readiness, reason }]
}

function notReady(waiting: readonly Waiting[], timeoutMs?: number): FaultError {
  const hint = timeoutMs === undefined ? undefined : `Waited for ${Math.round(timeoutMs / 1000)} s.`
  return new FaultError(
    waiting.map(
      ({ target, reason }): Fault => ({
        code: 'E_NOT_READY',
        subject: formatRef(target.ref),
        cause: reason,
        hint,
      }),
    ),
  )
}
