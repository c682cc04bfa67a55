import { waveOf } from '../apply/wave.ts'
import { type ApplySet, applySetParent, asMember, readApplySet, widenedParent } from '../applyset/applyset.ts'
import { findUndeclared } from '../applyset/find-undeclared.ts'
import type { Cluster } from '../cluster/cluster.ts'
import { inParallel } from '../cluster/in-parallel.ts'
import type { KubeObject } from '../object/kube-object.ts'
import type { Manifest } from '../object/manifest.ts'
import { faultsAbout, throwAll } from '../object/object-fault.ts'
import { groupKindOf, identityOf, type ObjectRef, refOf } from '../object/object-ref.ts'
import { checkNamespaces } from './check-namespaces.ts'
import { type Comparison, compareObject } from './compare-object.ts'
import { type Change, type DeployPlan, summarize } from './deploy-plan.ts'
import { customResourceDefinition } from './planned-kinds.ts'
import { resolveManifests, type Wanted } from './resolve-manifests.ts'

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
  readonly signal?: AbortSignal | undefined
}

/**
 * Compares manifests with the cluster by a server-side apply that is not carried out. Changes nothing.
 *
 * Objects in a namespace, or of a kind, that the plan itself makes are `create` without being checked by the API
 * server. Throws a FaultError with all faults of all objects: E_KIND_UNKNOWN, E_MANIFEST_DUPLICATE,
 * E_NAMESPACE_MISSING, E_NAMESPACE_TERMINATING, E_APPLYSET_FOREIGN, E_OBJECT_INVALID and what `Cluster.request`
 * throws.
 */
export async function planDeploy(options: PlanDeployOptions): Promise<DeployPlan> {
  const { cluster, name, namespace, manifests, allowPrune = [], force = false, signal } = options
  const wanted = await resolveManifests(cluster, manifests, namespace)
  const missing = await checkNamespaces(cluster, wanted, namespace, signal)
  const set = await readApplySet(cluster, { name, namespace }, signal)
  const comparison: Comparison = { cluster, set, force, signal }
  const isMade = ({ object: { metadata }, isNewKind }: Wanted) =>
    isNewKind || missing.has(metadata.namespace ?? '')

  const changes = await compareAll(wanted, async (one) => {
    const object = asMember(one.object, set)
    if (isMade(one)) return { kind: 'create', ref: refOf(object), object: () => object }
    return compareObject(comparison, one.resource, object)
  })
  const declared = wanted.map(({ object }) => refOf(object))
  const undeclared = await findUndeclared(cluster, set, new Set(declared.map(identityOf)), signal)
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
  const ordered = all.toSorted((a, b) => orderOf(a) - orderOf(b))
  return {
    name,
    namespace,
    changes: ordered,
    kept: kept.map(refOf),
    summary: summarize(ordered),
    empty: ordered.every(({ kind }) => kind === 'unchanged'),
    force,
    applySet: { id: set.id, parent: set.parent, ...widening(set, declared, members) },
  }
}

/** Compares every object, so that all faults are known at once. */
async function compareAll(
  wanted: readonly Wanted[],
  compare: (one: Wanted) => Promise<Change>,
): Promise<Change[]> {
  const results = await inParallel(wanted, async (one) => {
    const { object, origin } = one
    return compare(one).then(
      (change) => ({ changes: [{ ...change, origin }], faults: [] }),
      (error: unknown) => ({ changes: [], faults: faultsAbout(object, origin, error) }),
    )
  })
  throwAll(results.flatMap(({ faults }) => faults))
  return results.flatMap(({ changes }) => changes)
}

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

const precious = new Set(['PersistentVolumeClaim', 'Namespace', customResourceDefinition])

function isKept(object: KubeObject, consent: readonly string[]): boolean {
  const { kind, namespace, name } = refOf(object)
  const id = [kind, ...(namespace === undefined ? [] : [namespace]), name].join('/')
  return precious.has(groupKindOf(object)) && !consent.includes(id)
}

/** In order of the waves; what is pruned goes last, workloads before what they need. */
function orderOf({ kind, ref }: Change): number {
  return kind === 'prune' ? 100 - waveOf(ref) : waveOf(ref)
}

function partition<T>(items: readonly T[], isFirst: (item: T) => boolean): [T[], T[]] {
  return [items.filter(isFirst), items.filter((item) => !isFirst(item))]
}
