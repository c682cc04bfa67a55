import { discardNvme } from '../disk/nvme.ts'
import type { TalosNode } from './talos-node.ts'

/**
 * Resets a node: if asked to be graceful empties it, as far as that goes, and leaves etcd; then wipes the named partitions, or without names the whole
 * disk, so that it does not boot any more.
 *
 * @throws EtcdRefusal if it must leave etcd and there is no quorum
 */
export async function resetNode(
  node: TalosNode,
  reset: { graceful: boolean; labels: string[] },
): Promise<void> {
  if (reset.graceful) {
    const drained = node.world.kubernetes.forNode(node)?.drain(node)
    await drained?.catch((error: Error) => node.log(`reset: ${error.message}`))
    leaveEtcd(node)
  }
  for (const label of reset.labels) await node.disk.wipe(label, true)
  if (reset.labels.length === 0) await discardNvme(node.diskPath)
  node.log(`reset: wiped ${reset.labels.join(', ') || 'the disk'}`)
}

/** Removes this node's member from its cluster. */
export function leaveEtcd(node: TalosNode): void {
  const { etcd } = node.state()
  const cluster = etcd && node.world.etcd.get(etcd.cluster)
  const isMember = cluster?.members().some(({ id }) => id === etcd?.member)
  if (etcd && isMember) cluster?.remove(etcd.member)
}
