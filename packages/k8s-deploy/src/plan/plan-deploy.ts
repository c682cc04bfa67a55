import { isWarning } from '@homerack/errors'
import { compareStages, type Stage, stagesOf } from '../apply/stage.ts'
import { waveOf } from '../apply/wave.ts'
import { type ApplySet, applySetParent, readApplySet, widenedParent } from '../applyset/applyset.ts'
import { findMembers } from '../applyset/find-members.ts'
import { lintAvailability } from '../availability/lint-availability.ts'
import type { Cluster } from '../cluster/cluster.ts'
import { readHistory } from '../history/read-history.ts'
import type { KubeObject } from '../object/kube-object.ts'
import type { Manifest } from '../object/manifest.ts'
import { throwAll } from '../object/object-fault.ts'
import { identityOf, type ObjectRef, refOf } from '../object/object-ref.ts'
import { checkNamespaces } from './check-namespaces.ts'
import { type Comparison, compareObject } from './compare-object.ts'
import { compareWanted } from './compare-wanted.ts'
import { type Change, type DeployPlan, summarize } from './deploy-plan.ts'
import { orderAfter } from './order-after.ts'
import { isPrecious } from './precious.ts'
import { resolveAll } from './resolve-manifests.ts'

export type PlanDeployOptions = {
  readonly cluster: Cluster
  /** Name of the service: its objects are told from those of others by it. */
  readonly name: string
  /** Where objects go that name no namespace. It is made if it is missing. */
  readonly namespace: string
  /** Everything that should exist. What an earlier deploy made and is not here is pruned. */
  readonly manifests: readonly Manifest[]
  /** Consent to delete what is kept otherwise: `PersistentVolumeClaim/NAMESPACE/NAME`, `Namespace/NAME`. */
  readonly allowPrune?: readonly string[]
  /** Takes over fields that other field managers own. */
  readonly force?: boolean
  /** The service has to stay available: what it declares is checked for that. */
  readonly available?: 'always' | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Compares manifests with the cluster by a server-side apply that is not carried out. Changes nothing.
 *
 * What the API server cannot try out yet, because the plan makes its namespace, or makes or changes the definition of
 * its kind, is marked `unchecked`; `applyDeploy` tries it out as soon as that is there.
 *
 * Throws a FaultError with all faults of all objects: E_KIND_UNKNOWN, E_MANIFEST_DUPLICATE, E_NAMESPACE_MISSING,
 * E_NAMESPACE_TERMINATING, E_AFTER_UNKNOWN, E_AFTER_CYCLE, E_AVAILABILITY, E_OBJECT_INVALID and what
 * `Cluster.request` throws; or E_APPLYSET_FOREIGN.
 */
export async function planDeploy(options: PlanDeployOptions): Promise<DeployPlan> {
  const { cluster, name, namespace, manifests, allowPrune = [], force = false, available, signal } = options
  const { wanted, faults: unresolved } = await resolveAll(cluster, manifests, namespace)
  const [{ missing, unusable, faults: unplaced }, set, history] = await Promise.all([
    checkNamespaces(cluster, wanted, namespace, signal),
    readApplySet(cluster, { name, namespace }, signal),
    readHistory(cluster, { name, namespace }, signal),
  ])
  const { afterOf, faults: unordered } = orderAfter(wanted)
  const lint = available === 'always' ? lintAvailability(wanted) : []
  const found = [
    ...[...unresolved, ...unplaced],
    // What comes after an object that is left out is not to blame.
    ...(unresolved.length > 0 ? [] : unordered),
    ...lint.filter((fault) => !isWarning(fault)),
  ]
  const comparison: Comparison = { cluster, set, force, signal }
  const seen = await findMembers(cluster, set, signal)
  const usable = wanted.filter(({ object: { metadata } }) => !unusable.has(metadata.namespace ?? ''))
  const { changes: compared, faults } = await compareWanted(comparison, usable, { seen, missing })
  throwAll([...found, ...faults])
  const changes = compared.map((change) => {
    const after = afterOf(change.ref)
    return after.length > 0 ? { ...change, after } : change
  })
  const declared = wanted.map(({ object }) => refOf(object))
  const declaredIds = new Set(declared.map(identityOf))
  const undeclared = seen.filter((object) => !declaredIds.has(identityOf(refOf(object))))
  const [kept, pruned] = partition(undeclared, (object) => isKept(object, allowPrune))
  const members = [...declared, ...kept.map(refOf)]
  const all = [
    ...ownNamespace(namespace, missing, declared),
    await compareParent(comparison, applySetParent(set, members), missing.has(namespace)),
    ...changes,
    ...pruned.map(
      (object): Change => ({ kind: 'prune', ref: refOf(object), uid: object.metadata.uid ?? '' }),
    ),
  ]
  const { stageOf } = stagesOf(all)
  const orderOf = ({ kind, ref }: Change): Stage =>
    kind === 'prune' ? [lastWave - waveOf(ref), 0] : stageOf(ref)
  const ordered = all.toSorted((a, b) => compareStages(orderOf(a), orderOf(b)))
  return {
    name,
    namespace,
    changes: ordered,
    kept: kept.map(refOf),
    summary: summarize(ordered),
    empty: ordered.every(({ kind }) => kind === 'unchanged'),
    force,
    warnings: lint.filter(isWarning),
    ...(available === undefined ? {} : { available }),
    declared: () => wanted.map(({ object }) => object),
    revision: history.at(-1)?.number ?? 0,
    applySet: { id: set.id, parent: set.parent, ...widening(set, declared, members) },
  }
}

/** What is pruned goes behind everything, workloads before what they need. */
const lastWave = 100

async function compareParent(comparison: Comparison, parent: KubeObject, isMade: boolean): Promise<Change> {
  if (isMade) return { kind: 'create', ref: refOf(parent), object: () => parent }
  const resource = { group: '', version: 'v1', kind: 'Secret', plural: 'secrets', namespaced: true }
  return compareObject({ ...comparison, force: true }, resource, parent)
}

/** The service's namespace, if it is missing and nobody declares it. It is not a member of the set: it stays. */
function ownNamespace(name: string, missing: ReadonlySet<string>, declared: readonly ObjectRef[]): Change[] {
  const object: KubeObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }
  const ref = refOf(object)
  const isDeclared = declared.some((one) => identityOf(one) === identityOf(ref))
  return missing.has(name) && !isDeclared ? [{ kind: 'create', ref, object: () => object }] : []
}

function widening(set: ApplySet, declared: readonly ObjectRef[], members: readonly ObjectRef[]) {
  const widened = widenedParent(set, declared)
  const final = applySetParent(set, members)
  const isSame = JSON.stringify(widened) === JSON.stringify(final)
  return isSame ? {} : { widened: () => widened }
}

function isKept(object: KubeObject, consent: readonly string[]): boolean {
  const { kind, namespace, name } = refOf(object)
  const id = [kind, ...(namespace === undefined ? [] : [namespace]), name].join('/')
  return isPrecious(object) && !consent.includes(id)
}

function partition<T>(items: readonly T[], isFirst: (item: T) => boolean): [T[], T[]] {
  return [items.filter(isFirst), items.filter((item) => !isFirst(item))]
}
