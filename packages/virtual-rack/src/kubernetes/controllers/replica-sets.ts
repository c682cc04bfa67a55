import type { Pod, ReplicaSet } from '../types/workloads.ts'
import { type Cluster, placeOf, workKey } from './cluster.ts'
import type { Controller } from './controller.ts'
import { availableIn, controlledBy, controllerOf, createPod, isActive, isAvailable, isReady } from './pods.ts'

const key = 'replicasets.apps'

/** Keeps as many pods as a ReplicaSet asks for. */
export function replicaSets(cluster: Cluster): Controller {
  return {
    name: 'replicasets',
    affected: ({ key: changed, object }) => {
      if (changed === key) return [workKey(object.metadata)]
      const owner = changed === 'pods' ? controllerOf(object) : undefined
      return owner?.kind === 'ReplicaSet'
        ? [workKey({ namespace: object.metadata.namespace, name: owner.name })]
        : []
    },
    reconcile(work) {
      const { namespace, name } = placeOf(work)
      const set = cluster.get<ReplicaSet>(key, namespace, name)
      if (!set) return undefined
      if (set.metadata.deletionTimestamp) return undefined
      const pods = controlledBy<Pod>(cluster, 'pods', set).filter(isActive)
      const missing = (set.spec.replicas ?? 1) - pods.length
      let refusal: unknown
      try {
        for (let i = 0; i < missing; i++)
          createPod(cluster, set, set.spec.template, { generateName: `${name}-` })
      } catch (error) {
        refusal = error
      }
      for (const pod of surplus(pods, -missing)) cluster.remove('pods', pod)
      writeStatus(cluster, set, refusal)
      if (refusal !== undefined) throw refusal
      return nextAvailable(cluster, pods, set.spec.minReadySeconds)
    },
  }
}

/** The pods to lose first: unscheduled, then not ready, then the youngest. */
function surplus(pods: readonly Pod[], count: number): Pod[] {
  if (count <= 0) return []
  const rank = (pod: Pod) => (pod.spec.nodeName ? 1 : 0) + (isReady(pod) ? 2 : 0)
  const age = (pod: Pod) => pod.metadata.creationTimestamp ?? ''
  return [...pods].sort((a, b) => rank(a) - rank(b) || age(b).localeCompare(age(a))).slice(0, count)
}

/** When the next ready pod turns available, in milliseconds. */
export function nextAvailable(
  cluster: Cluster,
  pods: readonly Pod[],
  minReadySeconds = 0,
): number | undefined {
  const waits = pods.filter(isReady).map((pod) => availableIn(cluster, pod, minReadySeconds))
  const ahead = waits.filter((wait) => wait > 0)
  return ahead.length === 0 ? undefined : Math.min(...ahead)
}

function writeStatus(cluster: Cluster, set: ReplicaSet, refusal: unknown) {
  const pods = controlledBy<Pod>(cluster, 'pods', set).filter(isActive)
  const failure = {
    type: 'ReplicaFailure',
    status: 'True',
    reason: 'FailedCreate',
    message: refusal instanceof Error ? refusal.message : String(refusal),
    lastTransitionTime: set.status?.conditions?.[0]?.lastTransitionTime ?? cluster.now(),
  }
  cluster.setStatus(key, set, {
    replicas: pods.length,
    fullyLabeledReplicas: pods.length,
    readyReplicas: pods.filter(isReady).length,
    availableReplicas: pods.filter((pod) => isAvailable(cluster, pod, set.spec.minReadySeconds)).length,
    observedGeneration: set.metadata.generation ?? 1,
    ...(refusal === undefined ? {} : { conditions: [failure] }),
  })
}
