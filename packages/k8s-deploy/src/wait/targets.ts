import type { Cluster } from '../cluster/cluster.ts'
import type { Manifest } from '../object/manifest.ts'
import { groupKindOf, type ObjectRef, refOf } from '../object/object-ref.ts'
import type { DeployPlan } from '../plan/deploy-plan.ts'
import { resolveManifests } from '../plan/resolve-manifests.ts'
import { isReadyAtOnce } from './readiness.ts'

/** An object that should be ready, or gone. */
export type Target = { readonly ref: ObjectRef; readonly gone?: true }

/** What should be looked at: everything of a plan, or manifests with the namespace of those that name none. */
export type Subjects =
  | { readonly plan: DeployPlan }
  | { readonly manifests: readonly Manifest[]; readonly namespace: string }

/** The targets whose readiness is not given by their existence alone. */
export async function targetsOf(cluster: Cluster, subjects: Subjects): Promise<Target[]> {
  if ('plan' in subjects) {
    return subjects.plan.changes.flatMap((change): Target[] => {
      if (change.kind === 'prune') return [{ ref: change.ref, gone: true }]
      return isReadyAtOnce(groupKindOf(change.ref)) ? [] : [{ ref: change.ref }]
    })
  }
  const resolved = await resolveManifests(cluster, subjects.manifests, subjects.namespace)
  return resolved
    .map(({ object }) => ({ ref: refOf(object) }))
    .filter(({ ref }) => !isReadyAtOnce(groupKindOf(ref)))
}
