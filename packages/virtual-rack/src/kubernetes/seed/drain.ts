import type { Cluster } from '../controllers/cluster.ts'
import { podsOn } from '../controllers/kubelet.ts'
import { evict } from '../registry/evict.ts'
import type { Registry } from '../registry/registry.ts'
import { StatusError } from '../registry/status-error.ts'
import type { Node, Pod } from '../types/workloads.ts'

/** What Talos writes on a node that it cordons, so that it uncordons only what was its own doing. */
const cordonedKey = 'talos.dev/cordoned'

/** How Talos itself empties a node before an upgrade of the old kind, and opens it again. */
export function createDrain(cluster: Cluster, registry: Registry) {
  const find = (name: string) => cluster.get<Node>('nodes', undefined, name)
  const change = (name: string, unschedulable: boolean, annotations: Record<string, string>) => {
    const node = find(name)
    if (!node) return
    cluster.update<Node>('nodes', node, ({ metadata, spec, ...rest }) => ({
      ...rest,
      metadata: { ...metadata, annotations },
      spec: { ...spec, unschedulable },
    }))
  }
  return {
    cordonNode(name: string) {
      const node = find(name)
      if (node && !node.spec.unschedulable)
        change(name, true, { ...node.metadata.annotations, [cordonedKey]: 'true' })
    },
    uncordonNode(name: string) {
      const { [cordonedKey]: cordoned, ...others } = find(name)?.metadata.annotations ?? {}
      if (cordoned) change(name, false, others)
    },
    /** Evicts what may be evicted now. Returns the pods that are still there. */
    evictFrom(name: string): string[] {
      const pods = podsOn(cluster, name).filter(mustGo)
      for (const pod of pods.filter(({ metadata }) => !metadata.deletionTimestamp)) tryEvict(pod)
      return pods.map(({ metadata }) => metadata.name)
    },
  }

  function tryEvict({ metadata }: Pod): void {
    try {
      evict({ ...cluster, registry }, metadata.namespace ?? '', metadata.name, {})
    } catch (error) {
      // A disruption budget says not yet.
      if (!(error instanceof StatusError)) throw error
    }
  }
}

/** Mirrors of static pods and pods of daemon sets stay. */
function mustGo({ metadata }: Pod): boolean {
  const ofDaemon = metadata.ownerReferences?.some(({ kind }) => kind === 'DaemonSet')
  return !ofDaemon && !metadata.annotations?.['kubernetes.io/config.mirror']
}
