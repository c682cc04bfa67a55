import { didYouMean, type Fault } from '@homerack/errors'
import { type ApiResource, type ApiResources, apiVersionOf, versionsOf } from '../cluster/api-resources.ts'
import type { Cluster } from '../cluster/cluster.ts'
import type { KubeObject } from '../object/kube-object.ts'
import type { Manifest } from '../object/manifest.ts'
import { throwAll } from '../object/object-fault.ts'
import { formatRef, refOf } from '../object/object-ref.ts'
import { findDuplicates } from '../sources/find-duplicates.ts'
import { plannedKinds } from './planned-kinds.ts'

/** A manifest with its kind known and its namespace settled. */
export type Wanted = Manifest & {
  readonly resource: ApiResource
  /** Its kind will exist only when the plan's own definitions are applied. */
  readonly isNewKind: boolean
}

/** Like `resolveAll`. Throws a FaultError with its faults. */
export async function resolveManifests(
  cluster: Cluster,
  manifests: readonly Manifest[],
  namespace: string,
): Promise<readonly Wanted[]> {
  const { wanted, faults } = await resolveAll(cluster, manifests, namespace)
  throwAll(faults)
  return wanted
}

/**
 * Settles the namespace of every object: the one it names, else the service's, and none for cluster-scoped kinds,
 * whatever the file says (as kubectl does).
 * Faults: E_KIND_UNKNOWN, whose objects are left out, and E_MANIFEST_DUPLICATE.
 */
export async function resolveAll(
  cluster: Cluster,
  manifests: readonly Manifest[],
  namespace: string,
): Promise<{ wanted: readonly Wanted[]; faults: readonly Fault[] }> {
  const planned = plannedKinds(manifests)
  const isKnown = (resources: ApiResources, { apiVersion, kind }: KubeObject) =>
    resources.find(apiVersion, kind) ??
    planned.find((one) => apiVersionOf(one) === apiVersion && one.kind === kind)
  let resources = await cluster.resources()
  // Kinds may have been added since they were last asked for.
  if (!manifests.every(({ object }) => isKnown(resources, object)))
    resources = await cluster.resources({ refresh: true })
  const faults: Fault[] = []
  const wanted = manifests.flatMap(({ object, origin }): Wanted[] => {
    const resource = isKnown(resources, object)
    if (!resource) {
      faults.push(unknownKind(resources, { object, origin }))
      return []
    }
    const { namespace: own, ...metadata } = object.metadata
    const settled = resource.namespaced ? { ...metadata, namespace: own || namespace } : metadata
    const isNewKind = resources.find(object.apiVersion, object.kind) === undefined
    return [
      { object: { ...object, metadata: settled as KubeObject['metadata'] }, origin, resource, isNewKind },
    ]
  })
  return { wanted, faults: [...faults, ...findDuplicates(wanted)] }
}

function unknownKind(resources: ApiResources, { object, origin }: Manifest): Fault {
  const { apiVersion, kind } = object
  const versions = versionsOf(resources, apiVersion, kind)
  const near = didYouMean(kind, new Set(resources.all.map((one) => one.kind)))
  const elsewhere = resources.all.find((one) => one.kind === kind)
  const hint =
    versions.length > 0
      ? `It serves ${kind} as ${versions.join(', ')}.`
      : elsewhere
        ? `It serves ${kind} as ${apiVersionOf(elsewhere)}.`
        : near && `Did you mean ${near}?`
  return {
    code: 'E_KIND_UNKNOWN',
    subject: formatRef(refOf(object)),
    cause: `the cluster does not serve ${apiVersion} ${kind}`,
    hint: hint ?? 'Deploy its CustomResourceDefinition first, or in the same folder.',
    place: origin,
  }
}
