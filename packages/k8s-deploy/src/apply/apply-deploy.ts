import { type Fault, FaultError } from '@homerack/errors'
import type { Cluster } from '../cluster/cluster.ts'
import { findRevision } from '../history/read-history.ts'
import { type LockOptions, withLock } from '../lock/with-lock.ts'
import { throwAll } from '../object/object-fault.ts'
import { formatRef } from '../object/object-ref.ts'
import type { Change, DeployPlan } from '../plan/deploy-plan.ts'
import { applyChanges, type DeployEvent, makeHome } from './apply-changes.ts'

export type ApplyDeployOptions = {
  readonly cluster: Cluster
  /** The very plan that `planDeploy` answered. */
  readonly plan: DeployPlan
  readonly lock?: LockOptions
  readonly signal?: AbortSignal | undefined
  readonly onEvent?: (event: DeployEvent) => void
}

/**
 * Applies a plan: its namespace, the record of what the set holds, the changes wave by wave, what is pruned, and the
 * revision that keeps the set for a rollback. It may be stopped at any moment; a new plan goes on from there. It does
 * not wait for anything to become ready, except for new kinds and for what something else comes after.
 *
 * Throws a FaultError: E_FIELD_CONFLICT or E_REPLACE_NEEDED for what the plan says cannot be applied, E_APPLY_LOCKED
 * while somebody else applies this service, E_PLAN_STALE if somebody has since the plan (before anything is changed),
 * else all faults of the stage that failed.
 */
export async function applyDeploy(options: ApplyDeployOptions): Promise<void> {
  const { onEvent = () => {} } = options
  await whileLocked(options, async (signal) => {
    await applyChanges(options.cluster, options.plan, signal, (event) => {
      if (event.type !== 'waiting') onEvent(event)
    })
  })
}

/** Does `work`, which applies a plan, when nothing stands against it and nobody else applies the service. */
export async function whileLocked<T>(
  { cluster, plan, lock = {}, signal = new AbortController().signal }: Omit<ApplyDeployOptions, 'onEvent'>,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  throwAll(plan.changes.flatMap(obstacles))
  await makeHome(cluster, plan, signal)
  return withLock(cluster, plan, lock, signal, async (held) => {
    await checkFresh(cluster, plan, held)
    return work(held)
  })
}

/** A plan from before another deploy does not know what that one made. */
async function checkFresh(cluster: Cluster, plan: DeployPlan, signal: AbortSignal): Promise<void> {
  const next = plan.revision + 1
  if (!(await findRevision(cluster, plan, next, signal))) return
  const cause = `somebody applied revision ${next} after this plan was made`
  throw new FaultError({ code: 'E_PLAN_STALE', subject: plan.name, cause, hint: 'Plan again.' })
}

function obstacles(change: Change): Fault[] {
  const place = change.origin ? { place: change.origin } : {}
  const subject = formatRef(change.ref)
  if (change.kind === 'conflict') {
    const cause = change.conflicts.map(({ path, manager }) => `${path} belongs to ${manager}`).join(', ')
    const hint = 'Leave these fields out, or take them over with --force.'
    return [{ code: 'E_FIELD_CONFLICT', subject, cause, hint, ...place }]
  }
  if (change.kind === 'replace') {
    const hint = 'Once it is gone, run again. Deleting it is yours to decide: see kubectl delete.'
    return [{ code: 'E_REPLACE_NEEDED', subject, cause: change.reason, hint, ...place }]
  }
  return []
}
