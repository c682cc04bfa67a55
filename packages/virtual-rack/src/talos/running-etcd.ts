import type { EtcdCluster, EtcdMember } from '../etcd/etcd-cluster.ts'
import type { TalosNode } from './talos-node.ts'

export type RunningEtcd = { cluster: EtcdCluster; self: EtcdMember }

/** The cluster and member of a node whose etcd runs. */
export function runningEtcd(node: TalosNode): RunningEtcd | undefined {
  const { etcd, services } = node.state()
  const cluster = etcd && node.world.etcd.get(etcd.cluster)
  const self = cluster?.running().find(({ id }) => id === etcd?.member)
  return cluster && self && services.etcd?.state === 'Running' ? { cluster, self } : undefined
}

/** Plays `etcd-alarm` at a node whose etcd runs. */
export function raiseAlarm(node: TalosNode): void {
  const etcd = runningEtcd(node)
  if (etcd && node.world.faults.strike('etcd-alarm', node.board.name)) etcd.cluster.raiseAlarm(etcd.self.id)
}

/** Why a control plane may not be upgraded now, as Talos' old Upgrade call says it; it asks etcd only. */
export function whyNotUpgradable(node: TalosNode): string | undefined {
  const etcd = runningEtcd(node)
  if (!etcd) return 'failed to create etcd client: error building etcd client: no available endpoints'
  const { cluster } = etcd
  if (!cluster.hasQuorum()) return 'failed to acquire upgrade mutex: etcdserver: no leader'
  const why = membersProblem(cluster)
  return why && `error validating etcd for upgrade: ${why}`
}

function membersProblem(cluster: EtcdCluster): string | undefined {
  const members = cluster.members()
  if (members.length === 2)
    return 'etcd member count(2) is insufficient to maintain quorum if upgrade commences'
  const running = new Set(cluster.running().map(({ id }) => id))
  const all = 'all members must be'
  for (const { id, started } of members) {
    if (!started) return `etcd member ${id} is not started, ${all} running to perform an upgrade`
    if (!running.has(id))
      return `etcd member ${id} is not healthy; ${all} healthy to perform an upgrade: context deadline exceeded`
  }
  return undefined
}
