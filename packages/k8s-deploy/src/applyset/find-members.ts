import { pathOf } from '../cluster/api-resources.ts'
import { isNotFound } from '../cluster/api-status.ts'
import type { Cluster } from '../cluster/cluster.ts'
import { inParallel } from '../cluster/in-parallel.ts'
import { at, type KubeObject, listAt } from '../object/kube-object.ts'
import { type ApplySet, partOfLabel } from './applyset.ts'

/** What the cluster has of a set, each kind in the version that the API server prefers. */
export async function findMembers(
  cluster: Cluster,
  set: ApplySet,
  signal: AbortSignal | undefined,
): Promise<KubeObject[]> {
  const resources = await cluster.resources()
  // A kind that is not served any more has no objects any more.
  const kinds = set.groupKinds.flatMap((groupKind) => resources.preferred(groupKind) ?? [])
  const found = await inParallel(kinds, async (kind) => {
    const query = { labelSelector: `${partOfLabel}=${set.id}` }
    const list = await cluster.request('GET', pathOf(kind, undefined), { query, signal }).catch((error) => {
      if (!isNotFound(error)) throw error
    })
    // Items of a list do not say what they are.
    const apiVersion = String(at(list, 'apiVersion'))
    return listAt(list, 'items').map(
      (item) => ({ ...item, apiVersion, kind: kind.kind }) as unknown as KubeObject,
    )
  })
  return found.flat()
}
