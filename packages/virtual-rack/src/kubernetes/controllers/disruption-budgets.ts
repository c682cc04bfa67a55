import { matchesSelector } from '../http/selectors.ts'
import { at } from '../types/object.ts'
import type { Condition, Pod } from '../types/workloads.ts'
import { type Cluster, placeOf, workKey } from './cluster.ts'
import { withCondition } from './conditions.ts'
import type { Controller } from './controller.ts'
import { isActive, isReady } from './pods.ts'
import { resolve } from './rollout.ts'

const key = 'poddisruptionbudgets.policy'

/** Counts how many pods each disruption budget can spare right now. */
export function disruptionBudgets(cluster: Cluster): Controller {
  return {
    name: 'disruption-budgets',
    affected: ({ key: changed, object }) => {
      if (changed === key) return [workKey(object.metadata)]
      if (changed !== 'pods') return []
      return cluster.list(key, object.metadata.namespace).map((budget) => workKey(budget.metadata))
    },
    reconcile(work) {
      const { namespace, name } = placeOf(work)
      const budget = cluster.get(key, namespace, name)
      if (!budget) return undefined
      const selector = at(budget, 'spec', 'selector')
      const pods = cluster
        .list<Pod>('pods', namespace)
        .filter((pod) => isActive(pod) && matchesSelector(selector, pod.metadata.labels))
      const healthy = pods.filter(isReady).length
      const expected = expectedPods(cluster, pods)
      const desired = desiredHealthy(budget.spec, expected)
      const allowed = Math.max(0, healthy - desired)
      const enough: Condition = {
        type: 'DisruptionAllowed',
        status: allowed > 0 ? 'True' : 'False',
        reason: allowed > 0 ? 'SufficientPods' : 'InsufficientPods',
        message: '',
      }
      const before = at(budget, 'status', 'conditions')
      cluster.setStatus(key, budget, {
        currentHealthy: healthy,
        desiredHealthy: desired,
        disruptionsAllowed: allowed,
        expectedPods: expected,
        observedGeneration: budget.metadata.generation ?? 1,
        conditions: withCondition(Array.isArray(before) ? before : [], enough, cluster.now()),
      })
      return undefined
    },
  }
}

/** The replicas that the pods' controllers ask for; a pod without one counts for itself. */
function expectedPods(cluster: Cluster, pods: readonly Pod[]): number {
  const owners = new Map<string, number>()
  let alone = 0
  for (const pod of pods) {
    const owner = pod.metadata.ownerReferences?.find((one) => one.controller)
    const found = owner && cluster.store.byUid(owner.uid)?.object
    const replicas = at(found, 'spec', 'replicas')
    if (owner && typeof replicas === 'number') owners.set(owner.uid, replicas)
    else alone += 1
  }
  return [...owners.values()].reduce((sum, replicas) => sum + replicas, alone)
}

function desiredHealthy(spec: unknown, expected: number): number {
  const least = at(spec, 'minAvailable')
  if (typeof least === 'number' || typeof least === 'string') return resolve(least, expected, Math.ceil)
  const most = at(spec, 'maxUnavailable')
  if (typeof most !== 'number' && typeof most !== 'string') return expected
  return Math.max(0, expected - resolve(most, expected, Math.ceil))
}
