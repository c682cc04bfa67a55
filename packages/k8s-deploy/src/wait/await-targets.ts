import { type Fault, FaultError } from '@homerack/errors'
import type { Cluster } from '../cluster/cluster.ts'
import type { KubeObject } from '../object/kube-object.ts'
import { formatRef } from '../object/object-ref.ts'
import { type CrashLogs, createCrashLogs } from './crash-logs.ts'
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
  /** Whether a rollout past its own progress deadline has failed. */
  readonly isImpatient?: boolean
}

/**
 * Waits until all targets are as they should be.
 *
 * Throws E_NOT_READY for each one that is not, when the time is over or as soon as one has failed for good.
 */
export async function awaitTargets(options: AwaitOptions): Promise<void> {
  const { cluster, targets, timeoutMs, signal, onEvent, isImpatient = false } = options
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
  let seen: View | undefined
  const logs = createCrashLogs(cluster, both, () => seen && look(seen))
  const look = (view: View) => {
    seen = view
    waiting = targets.flatMap((target) => lookAt(target, view, logs))
    const [first, ...more] = waiting
    if (!first) return resolve()
    if (waiting.some(({ readiness }) => readiness.failed || (isImpatient && readiness.stalled)))
      return reject(over)
    const sentence = `${formatRef(first.target.ref)}: ${first.reason}`
    const reason = more.length > 0 ? `${sentence} (and ${more.length} more)` : sentence
    if (reason !== said) onEvent?.({ type: 'waiting', reason })
    said = reason
  }
  const timer = setTimeout(() => reject(late), timeoutMs)
  const abort = () => reject(signal?.reason)
  signal?.addEventListener('abort', abort, { once: true })
  if (signal?.aborted) abort()
  const watching = watchTargets(cluster, targets, both, look).catch(reject)
  try {
    await promise
  } catch (error) {
    if (error !== over && error !== late) throw error
    // Asks once more for lines that were not there when a crash was first seen.
    if (seen) look(seen)
    await logs.settle()
    throw notReady(waiting, error === late ? timeoutMs : undefined)
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', abort)
    stop.abort()
    await watching
  }
}

type Waiting = { readonly target: Target; readonly readiness: Readiness; readonly reason: string }

const unlooked: Readiness = { ready: false, reason: 'the API server has not told its state' }

/** Why waiting ended: something failed for good, or the time is over. */
const over = Symbol('over')
const late = Symbol('late')

function lookAt(target: Target, { find, surroundings }: View, { linesOf }: CrashLogs): Waiting[] {
  const live: KubeObject | undefined = find(target.ref)
  const readiness = lookAtTarget(target, live)
  if (readiness.ready) return []
  const around = { ...surroundings(target.ref.namespace), linesOf }
  const reason = live && !target.gone ? explain(live, readiness, around) : readiness.reason
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
