import { pathOf } from '../cluster/api-resources.ts'
import { isNotFound } from '../cluster/api-status.ts'
import type { Cluster } from '../cluster/cluster.ts'
import { inParallel } from '../cluster/in-parallel.ts'
import type { KubeObject } from '../object/kube-object.ts'
import { formatRef, type ObjectRef } from '../object/object-ref.ts'
import type { DeployPlan } from '../plan/deploy-plan.ts'
import { lookAtTarget } from './look-at-target.ts'
import { targetsOf } from './targets.ts'

/**
 * One look at the live objects of a plan, without waiting. `reason` names the first that is not ready, and how many
 * more there are; it is empty if all are. Throws what `Cluster.request` throws.
 */
export async function checkReady(options: {
  readonly cluster: Cluster
  readonly plan: DeployPlan
  readonly signal?: AbortSignal | undefined
}): Promise<{ ready: boolean; reason: string }> {
  const { cluster, plan, signal } = options
  const targets = await targetsOf(cluster, { plan })
  const looks = await inParallel(targets, async (target) => {
    const { ready, reason } = lookAtTarget(target, await getLive(cluster, target.ref, signal))
    return ready ? [] : [`${formatRef(target.ref)}: ${reason}`]
  })
  const [first, ...more] = looks.flat()
  if (first === undefined) return { ready: true, reason: '' }
  return { ready: false, reason: more.length > 0 ? `${first} (and ${more.length} more)` : first }
}

async function getLive(cluster: Cluster, ref: ObjectRef, signal: AbortSignal | undefined) {
  const resource = (await cluster.resources()).find(ref.apiVersion, ref.kind)
  if (!resource) return undefined
  try {
    return (await cluster.request('GET', pathOf(resource, ref.namespace, ref.name), { signal })) as KubeObject
  } catch (error) {
    if (isNotFound(error)) return undefined
    throw error
  }
}
