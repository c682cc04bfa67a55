import type { Fault } from '@homerack/errors'
import type { Cluster } from '../cluster/cluster.ts'
import { inParallel } from '../cluster/in-parallel.ts'
import type { KubeObject } from '../object/kube-object.ts'
import { faultsAbout, throwAll } from '../object/object-fault.ts'
import { formatRef, groupKindOf, identityOf, type ObjectRef, refOf } from '../object/object-ref.ts'
import type { Change, DeployPlan } from '../plan/deploy-plan.ts'
import { customResourceDefinition } from '../plan/planned-kinds.ts'
import { awaitTargets } from '../wait/await-targets.ts'
import { waveOf, waves } from './wave.ts'
import { deleteObject, writeObject } from './write-object.ts'

/** `done` of `total` objects that differ have been written or deleted. */
export type DeployEvent = {
  readonly type: 'applied' | 'pruned'
  readonly ref: ObjectRef
  readonly done: number
  readonly total: number
}

export type ApplyDeployOptions = {
  readonly cluster: Cluster
  /** The very plan that `planDeploy` answered. */
  readonly plan: DeployPlan
  readonly signal?: AbortSignal | undefined
  readonly onEvent?: (event: DeployEvent) => void
}

/** How long a new kind may take until the API serves it. */
const establishedWithin = 60_000

/**
 * Applies a plan: its namespace, the record of what the set holds, the changes wave by wave, then what is pruned.
 * It may be stopped at any moment; a new plan goes on from there. It does not wait for anything to become ready,
 * except for new kinds.
 *
 * Throws a FaultError: E_FIELD_CONFLICT or E_REPLACE_NEEDED for what the plan says cannot be applied (before
 * anything is changed), else all faults of the wave that failed.
 */
export async function applyDeploy({
  cluster,
  plan,
  signal = new AbortController().signal,
  onEvent,
}: ApplyDeployOptions): Promise<void> {
  throwAll(plan.changes.flatMap(obstacles))
  const isParent = ({ ref }: Change) => identityOf(ref) === identityOf(plan.applySet.parent)
  const isHome = ({ ref }: Change) => groupKindOf(ref) === 'Namespace' && ref.name === plan.namespace
  const writes = plan.changes.filter(isWrite)
  const prunes = plan.changes.filter((change) => change.kind === 'prune')
  const total = writes.length + prunes.length
  let done = 0
  const finished = (type: DeployEvent['type'], ref: ObjectRef) =>
    onEvent?.({ type, ref, done: ++done, total })
  const write = (list: readonly Write[], force = plan.force) =>
    collect(
      list,
      ({ object }) => writeObject(cluster, object(), force, signal),
      ({ ref }) => finished('applied', ref),
    )

  await write(writes.filter(isHome))
  const { widened } = plan.applySet
  const parents = writes.filter(isParent)
  if (widened)
    await collect([widenedChange(widened)], ({ object }) => writeObject(cluster, object(), true, signal))
  else await write(parents, true)
  const rest = writes.filter((change) => !isHome(change) && !isParent(change))
  for (const wave of waves.keys()) {
    const now = rest.filter(({ ref }) => waveOf(ref) === wave)
    await write(now)
    await awaitKinds(
      cluster,
      now.map(({ ref }) => ref),
      signal,
    )
  }
  await collect(
    prunes,
    ({ ref, uid }) => deleteObject(cluster, ref, uid, signal),
    ({ ref }) => finished('pruned', ref),
  )
  if (widened) await write(parents, true)
}

type Write = Extract<Change, { kind: 'create' | 'change' }>

function isWrite(change: Change): change is Write {
  return change.kind === 'create' || change.kind === 'change'
}

function widenedChange(object: () => KubeObject): Write {
  return { kind: 'create', ref: refOf(object()), object }
}

/** Does all of it, then throws every fault that there was. */
async function collect<T extends Change>(
  list: readonly T[],
  work: (one: T) => Promise<void>,
  onDone: (one: T) => void = () => {},
): Promise<void> {
  const faults = await inParallel(list, async (one): Promise<Fault[]> => {
    const object = 'object' in one ? one.object() : { ...one.ref, metadata: one.ref }
    try {
      await work(one)
      onDone(one)
      return []
    } catch (error) {
      return faultsAbout(object, one.origin, error)
    }
  })
  throwAll(faults.flat())
}

/** Waits until the API serves the kinds that were just defined. */
async function awaitKinds(cluster: Cluster, refs: readonly ObjectRef[], signal: AbortSignal): Promise<void> {
  const definitions = refs.filter((ref) => groupKindOf(ref) === customResourceDefinition)
  if (definitions.length === 0) return
  const targets = definitions.map((ref) => ({ ref }))
  await awaitTargets({ cluster, targets, timeoutMs: establishedWithin, signal })
  await cluster.resources({ refresh: true })
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
