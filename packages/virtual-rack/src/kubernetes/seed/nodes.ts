import type { Cluster } from '../controllers/cluster.ts'
import type { Node, Pod } from '../types/workloads.ts'
import { type NodeOptions, nodeObject, readyConditions } from './node-object.ts'
import { staticPods } from './system-objects.ts'

/** The hand of the rack on the cluster's nodes: register, silence, remove. */
export function createNodes(cluster: Cluster, kubernetes: string, now: () => string) {
  const setNodeReady = (name: string, ready: boolean) => {
    const node = cluster.get<Node>('nodes', undefined, name)
    if (node) cluster.setStatus('nodes', node, { ...node.status, conditions: readyConditions(ready, now()) })
  }
  return {
    addNode(options: NodeOptions) {
      const { name } = options
      const known = cluster.get('nodes', undefined, name)
      const { metadata, spec, status } = nodeObject(options, kubernetes, freeIndex(cluster), now())
      if (known) cluster.setStatus('nodes', known, status)
      else cluster.setStatus('nodes', cluster.create('nodes', metadata, { spec }), status)
      if (options.roles.every((role) => role === 'worker')) return
      for (const { metadata: pod, spec: content } of staticPods(name, kubernetes, options.components)) {
        const old = cluster.get<Pod>('pods', pod.namespace, pod.name)
        if (old && imageOf(old.spec) === imageOf(content as Pod['spec'])) continue
        if (old) cluster.remove('pods', old, { gracePeriodSeconds: 0 })
        cluster.create('pods', pod, { spec: content })
      }
    },
    setNodeReady,
    removeNode(name: string) {
      const node = cluster.get('nodes', undefined, name)
      if (node) cluster.remove('nodes', node)
    },
  }
}

function imageOf({ containers: [first] }: Pod['spec']): string | undefined {
  return first?.image
}

/** The lowest pod range that no node has. */
function freeIndex(cluster: Cluster): number {
  const taken = new Set(cluster.list<Node>('nodes').map((node) => node.spec.podCIDR))
  let index = 0
  while (taken.has(`10.244.${index}.0/24`)) index += 1
  return index
}
