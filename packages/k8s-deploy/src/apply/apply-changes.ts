import type { Fault } from '@homerack/errors'
import type { Cluster } from '../cluster/cluster.ts'
import { inParallel } from '../cluster/in-parallel.ts'
import { recordRevision } from '../history/record-revision.ts'
import type { KubeObject } from '../object/kube-object.ts'
import { faultsAbout, throwAll } from '../object/object-fault.ts'
import { groupKindOf, identityOf, type ObjectRef, refOf } from '../object/object-ref.ts'
import type { Change, DeployPlan } from '../plan/deploy-plan.ts'
import { customResourceDefinition } from '../plan/planned-kinds.ts'
import { awaitTargets, type WaitEvent } from '../wait/await-targets.ts'
import { compareStages, type Stage, stagesOf } from './stage.ts'
import { isFoundation } from './wave.ts'
import { deleteObject, tryObject, writeObject } from './write-object.ts'

/** `done` of `total` objects that differ have been written or deleted. */
export type DeployEvent = {
  readonly type: 'applied' | 'pruned'
  readonly ref: ObjectRef
  readonly done: number
  readonly total: number
}

/** How long a new kind may take until the API serves it. */
const establishedWithin = 60_000
/** How long what others come after may take to become ready. */
const firstReadyWithin = 600_000

/** Makes what is missing of the service's own namespace, without which there is no place for anything else. */
export async function makeHome(cluster: Cluster, plan: DeployPlan, signal: AbortSignal): Promise<void> {
  const home = plan.changes
    .filter((change) => change.kind === 'create' && isHome(plan, change))
    .filter(isWrite)
  await collect(home, ({ object }) => writeObject(cluster, object(), plan.force, signal))
}

/**
 * Carries out a plan: the record of what the set holds, the changes stage by stage, what is pruned, and then the
 * new revision, whose number it answers. What could not be tried out for the plan is tried out when its namespace and
 * its kind are there, before anything else is applied. Throws all faults of the stage that failed.
 */
export async function applyChanges(
  cluster: Cluster,
  plan: DeployPlan,
  signal: AbortSignal,
  onEvent: (event: DeployEvent | WaitEvent) => void,
): Promise<number> {
  const writes = plan.changes.filter(isWrite)
  const prunes = plan.changes.filter((change) => change.kind === 'prune')
  const total = writes.length + prunes.length
  let done = 0
  const finished = (type: 'applied' | 'pruned', ref: ObjectRef) => onEvent({ type, ref, done: ++done, total })
  const write = (list: readonly Write[], force = plan.force) =>
    collect(
      list,
      ({ object }) => writeObject(cluster, object(), force, signal),
      ({ ref }) => finished('applied', ref),
    )

  await write(writes.filter((change) => isHome(plan, change)))
  const { widened } = plan.applySet
  const isParent = ({ ref }: Change) => identityOf(ref) === identityOf(plan.applySet.parent)
  const parents = writes.filter(isParent)
  if (widened)
    await collect([widenedChange(widened)], ({ object }) => writeObject(cluster, object(), true, signal))
  else await write(parents, true)
  let unchecked = writes.filter((change) => change.unchecked)
  for (const stage of inStages(plan, writes)) {
    if (!stage.every(({ ref }) => isFoundation(ref))) {
      await collect(unchecked, tryOut(cluster, plan, signal))
      unchecked = []
    }
    const now = stage.filter((change) => !isHome(plan, change) && !isParent(change))
    const first = now.flatMap(({ after = [] }) => after.map((ref) => ({ ref })))
    await awaitTargets({ cluster, targets: distinct(first), timeoutMs: firstReadyWithin, signal, onEvent })
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
  return recordRevision(cluster, plan, plan.revision, plan.declared(), signal)
}

/** Tries out what could not be before its namespace or its kind was there, so that all that is wrong is told at once. */
function tryOut(cluster: Cluster, { force }: DeployPlan, signal: AbortSignal) {
  return async ({ object, unchecked }: Write) => {
    if (unchecked) await tryObject(cluster, object(), unchecked, force, signal)
  }
}

type Write = Extract<Change, { kind: 'create' | 'change' }>

function isWrite(change: Change): change is Write {
  return change.kind === 'create' || change.kind === 'change'
}

function isHome({ namespace }: DeployPlan, { ref }: Change): boolean {
  return groupKindOf(ref) === 'Namespace' && ref.name === namespace
}

function widenedChange(object: () => KubeObject): Write {
  return { kind: 'create', ref: refOf(object()), object }
}

/** The writes that can go side by side, in order. */
function inStages({ changes }: DeployPlan, writes: readonly Write[]): Write[][] {
  const { stageOf } = stagesOf(changes)
  const stages = Map.groupBy(writes, ({ ref }) => stageOf(ref).join())
  const key = ([first]: readonly Write[]): Stage => (first ? stageOf(first.ref) : [0, 0])
  return [...stages.values()].toSorted((a, b) => compareStages(key(a), key(b)))
}

function distinct<T extends { readonly ref: ObjectRef }>(list: readonly T[]): T[] {
  return [...new Map(list.map((one) => [identityOf(one.ref), one])).values()]
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
