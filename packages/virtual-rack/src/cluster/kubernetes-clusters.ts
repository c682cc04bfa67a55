import type { EtcdCluster } from '../etcd/etcd-cluster.ts'
import type { EtcdClusters } from '../etcd/etcd-clusters.ts'
import { writeJson } from '../rack/json-file.ts'
import type { RackContext } from '../rack/rack-context.ts'
import type { TalosNode } from '../talos/talos-node.ts'
import { type KubernetesCluster, kubernetesFile, startKubernetesCluster } from './kubernetes-cluster.ts'

/** The Kubernetes of each etcd cluster in the rack. */
export type KubernetesClusters = {
  /** The node's etcd member runs: its API server starts. */
  controlPlaneUp(node: TalosNode, etcd: EtcdCluster): Promise<void>
  controlPlaneDown(node: TalosNode): Promise<void>
  /** The cluster that a kubelet would find: a control plane's own, else the one behind the shared address. */
  forNode(node: TalosNode): KubernetesCluster | undefined
  /** The shared address, if this board holds it. */
  vipOf(board: string): string | undefined
  /** What is in a cluster's etcd, while an API server runs on it. */
  snapshot(cluster: string): unknown
  /** Gives a cluster that has not started yet the content of a snapshot. */
  restore(cluster: string, content: unknown): Promise<void>
  close(): Promise<void>
}

export function createKubernetesClusters(context: RackContext, etcd: EtcdClusters): KubernetesClusters {
  const clusters = new Map<string, Promise<KubernetesCluster>>()
  const started = new Map<string, KubernetesCluster>()
  const forget = etcd.onChange((cluster) => void started.get(cluster.id)?.follow())
  const start = async (node: TalosNode, cluster: EtcdCluster): Promise<KubernetesCluster> => {
    const kubernetes = await startKubernetesCluster(context, {
      node,
      etcd: cluster,
      folder: etcd.folder(cluster.id),
    })
    started.set(cluster.id, kubernetes)
    return kubernetes
  }
  return {
    async controlPlaneUp(node, cluster) {
      const starting = clusters.get(cluster.id) ?? start(node, cluster)
      clusters.set(cluster.id, starting)
      await (await starting).controlPlaneUp(node)
    },
    async controlPlaneDown(node) {
      for (const cluster of started.values()) await cluster.controlPlaneDown(node)
    },
    forNode(node) {
      const { etcd: member, config } = node.state()
      const own = member && started.get(member.cluster)
      if (config?.type === 'controlplane') return own
      const found = config && etcd.find(config.cluster.id)
      return found && started.get(found.id)
    },
    vipOf: (board) => [...started.values()].find((cluster) => cluster.vipHolder() === board)?.vip,
    snapshot: (cluster) => started.get(cluster)?.snapshot(),
    restore: (cluster, content) => writeJson(kubernetesFile(etcd.folder(cluster)), content),
    async close() {
      forget()
      for (const cluster of await Promise.all(clusters.values())) await cluster.close()
    },
  }
}
