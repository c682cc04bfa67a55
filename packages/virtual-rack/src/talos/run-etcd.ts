import { type EtcdCluster, EtcdRefusal, newEtcdRecord } from '../etcd/etcd-cluster.ts'
import { readSnapshot } from '../etcd/snapshot.ts'
import { move } from './run-services.ts'
import { raiseAlarm } from './running-etcd.ts'
import { readEphemeral } from './stored-state.ts'
import type { TalosNode } from './talos-node.ts'
import { untilAborted, untilFound } from './until.ts'

/** What a learner takes to catch up, at speed 1. */
const catchUpMs = 400

type Membership = { cluster: EtcdCluster; member: string }

/**
 * The etcd service: waits until this node is bootstrapped or another cluster of the same discovery id takes it
 * in, then runs the member. Never resolves; rejects when this boot ends.
 */
export async function runEtcd(node: TalosNode): Promise<never> {
  const { cluster, member } = await becomeMember(node)
  const known = () => cluster.members().find(({ id }) => id === member)
  if (!known()) {
    move(node, 'etcd', 'Failed', 'the member has been permanently removed from the cluster', false)
    return untilAborted(node.signal)
  }
  const forget = node.world.etcd.onChange(() => followQuorum(node, cluster, member))
  cluster.setRunning(member, true)
  try {
    move(node, 'etcd', 'Running', 'Started task etcd', cluster.hasQuorum())
    raiseAlarm(node)
    await node.world.kubernetes.controlPlaneUp(node, cluster)
    if (known()?.learner) {
      await node.world.delay(catchUpMs, node.signal)
      await untilFound(() => (cluster.hasQuorum() ? true : undefined), node.signal)
      cluster.promote(member)
      node.log('etcd: learner promoted to voting member')
    }
    return await untilAborted(node.signal)
  } finally {
    forget()
    cluster.setRunning(member, false)
    await node.world.kubernetes.controlPlaneDown(node)
  }
}

async function becomeMember(node: TalosNode): Promise<Membership> {
  const mine = (): Membership | undefined => {
    const { etcd } = node.state()
    const cluster = etcd && node.world.etcd.get(etcd.cluster)
    return cluster && { cluster, member: etcd.member }
  }
  const before = mine()
  if (before) return before
  move(node, 'etcd', 'Preparing', 'Running pre state')
  let refusal = ''
  const joined = await untilFound(() => {
    if (node.state().etcd) return mine()
    const { config, hostname, address } = node.state()
    const cluster = config && node.world.etcd.find(config.cluster.id)
    if (!cluster) return undefined
    try {
      return { cluster, member: cluster.join({ name: hostname, address }).id }
    } catch (error) {
      if (!(error instanceof EtcdRefusal)) throw error
      if (error.message !== refusal) node.log(`etcd: cannot join yet: ${error.message}`)
      refusal = error.message
      return undefined
    }
  }, node.signal)
  await keepMembership(node, { cluster: joined.cluster.id, member: joined.member })
  return joined
}

const recoveries = new WeakMap<TalosNode, Uint8Array>()

/** Keeps an uploaded snapshot for a bootstrap that recovers from it. */
export function keepRecovery(node: TalosNode, snapshot: Uint8Array): void {
  recoveries.set(node, snapshot)
}

export type BootstrapOptions = { recover: boolean; skipHashCheck: boolean }

/**
 * Starts a cluster with this node as its only member, empty or from the snapshot that was uploaded before. The
 * disk knows before the cluster is.
 *
 * @returns why not, if the snapshot is missing or damaged
 */
export async function bootstrapEtcd(node: TalosNode, options: BootstrapOptions): Promise<string | undefined> {
  const { config, hostname, address } = node.state()
  if (!config) throw new TypeError('bootstrap needs a config')
  const uploaded = recoveries.get(node)
  const snapshot = uploaded && readSnapshot(uploaded, options.skipHashCheck)
  if (options.recover && !snapshot)
    return uploaded ? 'snapshot file integrity check failed' : 'no snapshot was uploaded'
  const record = newEtcdRecord(config.cluster.id, { name: hostname, address }, node.world.now())
  await keepMembership(node, { cluster: record.id, member: record.members[0]?.id ?? '' })
  if (options.recover) await node.world.kubernetes.restore(record.id, snapshot?.kubernetes)
  node.world.etcd.add(record)
  node.log(`etcd: bootstrapped cluster ${record.id}${options.recover ? ' from a snapshot' : ''}`)
  return undefined
}

/** Forgets the membership, as when the etcd data directory is removed. */
export async function forgetMembership(node: TalosNode): Promise<void> {
  const { etcd: _, ...rest } = await readEphemeral(node.disk)
  await node.disk.write('EPHEMERAL', rest)
  node.update({ etcd: undefined })
}

async function keepMembership(node: TalosNode, etcd: { cluster: string; member: string }): Promise<void> {
  node.update({ etcd })
  await node.disk.write('EPHEMERAL', { ...(await readEphemeral(node.disk)), etcd })
}

function followQuorum(node: TalosNode, cluster: EtcdCluster, member: string): void {
  const service = node.state().services.etcd
  if (node.signal.aborted || service?.state !== 'Running') return
  node.refresh()
  if (!cluster.members().some(({ id }) => id === member)) {
    move(node, 'etcd', 'Finished', 'the member was removed from the cluster', false)
    void node.world.kubernetes.controlPlaneDown(node)
    return
  }
  const healthy = cluster.hasQuorum()
  if (service.healthy === healthy) return
  move(
    node,
    'etcd',
    'Running',
    healthy ? 'Health check successful' : 'Health check failed: context deadline exceeded',
    healthy,
  )
}
