import { type Fault, FaultError, faultsOf } from '@homerack/errors'
import { applyChanges, type DeployEvent } from '../apply/apply-changes.ts'
import { type ApplyDeployOptions, whileLocked } from '../apply/apply-deploy.ts'
import { planRollback } from '../history/plan-rollback.ts'
import { readHistory } from '../history/read-history.ts'
import { markReady } from '../history/record-revision.ts'
import { digestOf } from '../history/revision.ts'
import { awaitTargets, type WaitEvent } from '../wait/await-targets.ts'
import { targetsOf } from '../wait/targets.ts'
import { guardEndpoints, promisesOf } from './guard-endpoints.ts'

export type RollOutEvent =
  | DeployEvent
  | WaitEvent
  /** The service goes back to this revision, because of this. */
  | { readonly type: 'rolling back'; readonly revision: number; readonly reason: string }

export type RollOutOptions = Omit<ApplyDeployOptions, 'onEvent'> & {
  /** How long, in milliseconds, it may take until all is ready; a rollback has as long again. */
  readonly timeoutMs: number
  readonly onEvent?: (event: RollOutEvent) => void
}

/**
 * Applies a plan and waits until all is ready; the revision is then noted as good.
 *
 * A service that is always available is watched meanwhile. When fewer endpoints of its Services are ready than it
 * promises, when applying fails half-way, or when the rollout does (by its deadline or by ours), the whole set goes
 * back to the last good revision.
 *
 * Throws what `applyDeploy` and `waitReady` throw, E_AVAILABILITY_LOST, and with them E_ROLLED_BACK or
 * E_ROLLBACK_FAILED, which say how it ended.
 */
export async function rollOut(options: RollOutOptions): Promise<void> {
  const { plan, onEvent = () => {} } = options
  let isChanged = false
  const noting = (event: RollOutEvent) => {
    if (event.type === 'applied' || event.type === 'pruned') isChanged = true
    onEvent(event)
  }
  await whileLocked(options, async (signal) => {
    try {
      await guarded({ ...options, signal, onEvent: noting })
    } catch (error) {
      const faults = faultsOf(error)
      if (!faults || signal.aborted || !isChanged || plan.available !== 'always') throw error
      throw new FaultError([...faults, await goBack({ ...options, signal, onEvent }, faults)], {
        cause: error,
      })
    }
  })
}

type Running = RollOutOptions & { signal: AbortSignal; onEvent: (event: RollOutEvent) => void }

async function guarded(options: Running): Promise<void> {
  const { cluster, plan, signal } = options
  if (plan.available !== 'always') return complete(options)
  const stop = new AbortController()
  const lost = new AbortController()
  const declared = plan.declared().map((object) => ({ object, origin: nowhere }))
  const watching = guardEndpoints(
    cluster,
    promisesOf(declared),
    AbortSignal.any([signal, stop.signal]),
    (cause) => lost.abort(new FaultError({ code: 'E_AVAILABILITY_LOST', subject: plan.name, cause })),
  ).catch((error: unknown) => lost.abort(error))
  try {
    await complete({ ...options, signal: AbortSignal.any([signal, lost.signal]) })
    lost.signal.throwIfAborted()
  } catch (error) {
    throw lost.signal.aborted ? lost.signal.reason : error
  } finally {
    stop.abort()
    await watching
  }
}

const nowhere = { file: '', line: 1, column: 1, length: 1, text: '' }

/** Applies, waits, and notes that the revision is good. */
async function complete({ cluster, plan, timeoutMs, signal, onEvent }: Running): Promise<void> {
  const number = await applyChanges(cluster, plan, signal, onEvent)
  const targets = await targetsOf(cluster, { plan })
  const isImpatient = plan.available === 'always'
  await awaitTargets({ cluster, targets, timeoutMs, signal, onEvent, isImpatient })
  await markReady(cluster, plan, number, signal)
}

/** Brings back the last good revision. Answers how that ended. */
async function goBack(
  { cluster, plan, timeoutMs, signal, onEvent }: Running,
  [first]: readonly Fault[],
): Promise<Fault> {
  const { name, namespace, force } = plan
  const failed = (cause: string): Fault => ({ code: 'E_ROLLBACK_FAILED', subject: name, cause })
  const good = (await readHistory(cluster, plan, signal)).findLast(({ ready }) => ready)
  if (!good) return failed('there is no earlier revision that was ready: it stays as it is')
  if (good.digest === digestOf(plan.declared()))
    return failed(`revision ${good.number}, the last good one, is this very set: it stays as it is`)
  onEvent({ type: 'rolling back', revision: good.number, reason: first?.cause ?? '' })
  try {
    const back = await planRollback({ cluster, name, namespace, force, to: good.number, signal })
    await complete({ cluster, plan: back, timeoutMs, signal, onEvent })
  } catch (error) {
    const faults = faultsOf(error)
    if (!faults) throw error
    const causes = faults.map(({ subject, cause }) => `${subject}: ${cause}`)
    return failed(`revision ${good.number} could not be brought back: ${causes.join('; ')}`)
  }
  return {
    code: 'E_ROLLED_BACK',
    subject: name,
    cause: `the whole set is back at revision ${good.number}, and ready`,
  }
}
