import type { Node, Pod, Taint } from '../types/workloads.ts'
import { type Cluster, placeOf, workKey } from './cluster.ts'
import type { Controller } from './controller.ts'
import { podsOn } from './kubelet.ts'
import { readyOrNot } from './kubelet-status.ts'
import { isNodeReady, tolerationFor } from './placement.ts'
import { isReady } from './pods.ts'

const unreachable = 'node.kubernetes.io/unreachable'

/** Pods are never moved off a silent node sooner than this, however fast the rack runs. */
const patience = 30_000

/** Taints nodes that went silent, calls their pods not ready, and in the end gives them up. */
export function nodes(cluster: Cluster): Controller {
  return {
    name: 'nodes',
    affected: ({ key, object }) => (key === 'nodes' ? [workKey(object.metadata)] : []),
    reconcile(work) {
      const { name } = placeOf(work)
      const node = cluster.get<Node>('nodes', undefined, name)
      if (!node) return undefined
      const ready = isNodeReady(node)
      const taints = node.spec.taints ?? []
      const tainted = taints.find((taint) => taint.key === unreachable && taint.effect === 'NoExecute')
      if (ready) {
        if (tainted)
          setTaints(
            cluster,
            node,
            taints.filter((taint) => taint.key !== unreachable),
          )
        return undefined
      }
      if (!tainted) {
        const timeAdded = cluster.now()
        const added = [
          { key: unreachable, effect: 'NoSchedule', timeAdded },
          { key: unreachable, effect: 'NoExecute', timeAdded },
        ]
        setTaints(cluster, node, [...taints, ...added])
        for (const pod of podsOn(cluster, name)) {
          if (isReady(pod)) cluster.setStatus('pods', pod, readyOrNot(cluster, pod, false, 'NodeNotReady'))
        }
        return patience
      }
      return giveUp(cluster, node, tainted)
    },
  }
}

function setTaints(cluster: Cluster, node: Node, taints: Taint[]) {
  cluster.update<Node>('nodes', node, (live) => ({ ...live, spec: { ...live.spec, taints } }))
}

/** Deletes pods whose toleration of the taint has run out; they end when the node is back or removed. */
function giveUp(cluster: Cluster, node: Node, taint: Taint): number | undefined {
  const since = Date.parse(taint.timeAdded ?? cluster.now())
  const waits = podsOn(cluster, node.metadata.name).flatMap((pod: Pod) => {
    const seconds = tolerationFor(pod, taint)?.tolerationSeconds
    if (pod.metadata.deletionTimestamp || (seconds === undefined && tolerationFor(pod, taint))) return []
    const due =
      since + Math.max(patience, cluster.pace((seconds ?? 0) * 1000)) - cluster.clock.now().getTime()
    if (due <= 0) cluster.remove('pods', pod)
    return due > 0 ? [due] : []
  })
  return waits.length === 0 ? undefined : Math.min(...waits)
}
