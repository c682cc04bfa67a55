import type { Node, Pod } from '../types/workloads.ts'
import { type Cluster, placeOf, workKey } from './cluster.ts'
import { withCondition } from './conditions.ts'
import type { Controller } from './controller.ts'
import { misfit } from './placement.ts'
import { isActive } from './pods.ts'
import { unboundClaim } from './volumes.ts'

/** Gives pods their node: the one with the fewest pods among those that fit. */
export function scheduler(cluster: Cluster): Controller {
  const pending = () => cluster.list<Pod>('pods').filter((pod) => !pod.spec.nodeName && isActive(pod))
  return {
    name: 'scheduler',
    affected: ({ key, object }) => {
      if (key === 'pods') return [workKey(object.metadata)]
      const frees = key === 'nodes' || key === 'persistentvolumeclaims'
      return frees ? pending().map((pod) => workKey(pod.metadata)) : []
    },
    reconcile(work) {
      const { namespace, name } = placeOf(work)
      const pod = cluster.get<Pod>('pods', namespace, name)
      if (!pod || pod.spec.nodeName || !isActive(pod)) return undefined
      const nodes = cluster.list<Node>('nodes')
      const claim = unboundClaim(cluster, pod)
      const reasons = nodes.map((node) => misfit(pod, node))
      const fitting = nodes.filter((_, index) => reasons[index] === undefined)
      const chosen = leastLoaded(cluster, fitting, pod)
      if (claim) unschedulable(cluster, pod, `0/${nodes.length} nodes are available: ${claim}.`)
      else if (chosen) bind(cluster, pod, chosen)
      else unschedulable(cluster, pod, `0/${nodes.length} nodes are available: ${summary(reasons)}.`)
      return undefined
    },
  }
}

/** Pods of the same owner spread first, then all pods. */
function leastLoaded(cluster: Cluster, nodes: readonly Node[], pod: Pod): Node | undefined {
  const owner = pod.metadata.ownerReferences?.[0]?.uid
  const load = new Map(nodes.map((node) => [node.metadata.name, 0]))
  for (const other of cluster.list<Pod>('pods')) {
    const place = other.spec.nodeName ?? ''
    const sibling = owner !== undefined && other.metadata.ownerReferences?.[0]?.uid === owner
    if (load.has(place)) load.set(place, (load.get(place) ?? 0) + (sibling ? 1000 : 1))
  }
  const of = (node: Node) => load.get(node.metadata.name) ?? 0
  return [...nodes].sort((a, b) => of(a) - of(b))[0]
}

function bind(cluster: Cluster, pod: Pod, node: Node) {
  const nodeName = node.metadata.name
  cluster.update<Pod>('pods', pod, (live) => ({ ...live, spec: { ...live.spec, nodeName } }))
  setScheduled(cluster, pod, 'True')
  const { namespace, name } = pod.metadata
  cluster.record(pod, 'Normal', 'Scheduled', `Successfully assigned ${namespace}/${name} to ${nodeName}`)
}

function unschedulable(cluster: Cluster, pod: Pod, message: string) {
  const before = pod.status?.conditions?.find((one) => one.type === 'PodScheduled')
  if (before?.message === message) return
  setScheduled(cluster, pod, 'False', message)
  cluster.record(pod, 'Warning', 'FailedScheduling', message)
}

function setScheduled(cluster: Cluster, pod: Pod, status: 'True' | 'False', message?: string) {
  const condition = { type: 'PodScheduled', status, ...(message ? { reason: 'Unschedulable', message } : {}) }
  const conditions = withCondition(pod.status?.conditions, condition, cluster.now())
  cluster.setStatus('pods', pod, { ...pod.status, phase: 'Pending', conditions })
}

function summary(reasons: readonly (string | undefined)[]): string {
  const counts = new Map<string, number>()
  for (const reason of reasons) if (reason) counts.set(reason, (counts.get(reason) ?? 0) + 1)
  return [...counts].map(([reason, count]) => `${count} ${reason}`).join(', ')
}
