import { createHash } from 'node:crypto'
import type { TalosNode } from '../talos-node.ts'
import type { ResourceEntry } from './resource-store.ts'

/** The cluster's members as discovery shows them, and this node's part in etcd and Kubernetes. */
export function describeCluster(node: TalosNode): ResourceEntry[] {
  const { config, etcd, hostname, nodeReady } = node.state()
  if (!config) return []
  const members = [...node.world.nodes.values()].filter(
    (each) => each.state().config?.cluster.id === config.cluster.id,
  )
  return [
    ...members.map(memberOf),
    {
      namespace: 'cluster',
      type: 'Identities.cluster.talos.dev',
      id: 'local',
      spec: { nodeId: nodeIdOf(node) },
    },
    {
      namespace: 'cluster',
      type: 'Infos.cluster.talos.dev',
      id: 'current',
      spec: { clusterId: config.cluster.id, clusterName: config.cluster.name },
    },
    ...(etcd
      ? [
          {
            namespace: 'etcd',
            type: 'EtcdMembers.etcd.talos.dev',
            id: 'local',
            spec: { memberID: etcd.member },
          },
        ]
      : []),
    ...(nodeReady
      ? [
          {
            namespace: 'k8s',
            type: 'NodeStatuses.kubernetes.talos.dev',
            id: hostname,
            spec: { nodename: hostname, nodeReady: true, unschedulable: false, labels: {}, annotations: {} },
          },
        ]
      : []),
  ]
}

function memberOf(node: TalosNode): ResourceEntry {
  const { config, address, hostname } = node.state()
  const controlPlane = config?.type === 'controlplane'
  return {
    namespace: 'cluster',
    type: 'Members.cluster.talos.dev',
    id: hostname,
    spec: {
      nodeId: nodeIdOf(node),
      addresses: [address],
      hostname,
      machineType: controlPlane ? 'controlplane' : 'worker',
      operatingSystem: `Talos (${node.version})`,
      ...(controlPlane && { controlPlane: { port: 6443 } }),
    },
  }
}

/** Stable for a board, like the identity that Talos keeps on STATE. */
function nodeIdOf(node: TalosNode): string {
  return createHash('sha256').update(`node ${node.board.serial}`).digest('base64url')
}
