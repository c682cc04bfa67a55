import type { Fault } from '@homerack/errors'
import type { EtcdMember } from '../../calls/etcd-calls.ts'
import { checkEtcd, checkQuorumWithout, isSeen } from '../etcd/check-etcd.ts'
import type { EtcdView } from '../etcd/observe-etcd-health.ts'
import { checkNode, type NodeView } from '../observe-node.ts'
import type { ProcedurePlan } from '../procedure.ts'

/** `etcd`: all control planes of the cluster, the node that goes among them if it is one. */
export type MembershipObservation = { readonly node: NodeView; readonly etcd: readonly EtcdView[] }

export type RemovalWish = {
  /** The node is gone for good. Must be said, because a node that is only away would come back to a cluster that forgot it. */
  readonly dead?: boolean
  /**
   * `maintenance` wipes STATE and EPHEMERAL and starts again, waiting for a machine config; `off` wipes the whole
   * system disk, which boots no more, and halts. `maintenance` if not said.
   */
  readonly afterwards?: 'maintenance' | 'off'
}

/**
 * `reset` has the node leave etcd by itself, `remove-member` has the others forget it. `configure` and `join` are
 * of its replacement.
 */
export type MembershipStep = {
  readonly node: string
  readonly action: 'reset' | 'remove-member' | 'delete-node' | 'configure' | 'join'
  readonly reason: string
  readonly role: NodeView['role']
  /** Of etcd; for `reset` and `remove-member` of a control plane. */
  readonly memberId?: string
  readonly afterwards?: 'maintenance' | 'off'
}

export function planNodeRemoval(
  observed: MembershipObservation,
  wish: RemovalWish = {},
): ProcedurePlan<MembershipStep> {
  const { node, role, kubernetes } = observed.node
  const member = memberOf(node, observed.etcd)
  const registered: MembershipStep[] = kubernetes
    ? [{ node, role, action: 'delete-node', reason: 'Kubernetes forgets it' }]
    : []
  const ids = member && { memberId: member.id }
  if (wish.dead) {
    const forget: MembershipStep[] = ids
      ? [{ node, role, action: 'remove-member', reason: `etcd forgets ${ids.memberId}`, ...ids }]
      : []
    return { steps: [...forget, ...registered], refused: checkDead(observed, member) }
  }
  const { afterwards = 'maintenance' } = wish
  const reason = `${role === 'controlplane' ? 'leaves etcd, ' : ''}is wiped and ${afterwards === 'off' ? 'halts' : 'waits for a config'}`
  const reset: MembershipStep = { node, role, action: 'reset', reason, afterwards, ...ids }
  return { steps: [reset, ...registered], refused: checkLiving(observed) }
}

/**
 * The old node goes first, also out of etcd, and only then the new one comes: etcd never counts a dead member and
 * its replacement at the same time, which would need one more for a majority.
 */
export function planNodeReplacement(
  observed: MembershipObservation,
  wish: RemovalWish & { readonly replacement: string },
): ProcedurePlan<MembershipStep> {
  const { steps, refused } = planNodeRemoval(observed, wish)
  const { role } = observed.node
  const { replacement: node } = wish
  const joined: MembershipStep[] = [
    { node, role, action: 'configure', reason: `gets the machine config in place of ${observed.node.node}` },
    {
      node,
      role,
      action: 'join',
      reason: role === 'controlplane' ? 'becomes a voter of etcd' : 'becomes ready',
    },
  ]
  return { steps: [...steps, ...joined], refused }
}

function checkLiving({ node, etcd }: MembershipObservation): Fault[] {
  const faults = checkNode(node).map((fault) =>
    fault.code === 'E_NODE_UNSEEN'
      ? { ...fault, hint: 'If it is gone for good, say that it is dead.' }
      : fault,
  )
  if (node.role === 'worker' || faults.length > 0) return faults
  const size = etcd.find(isSeen)?.members.length ?? etcd.length
  if (size > 1) return checkEtcd(etcd)
  const cause = 'it is the only member of etcd: without it there is no cluster'
  return [{ code: 'E_ETCD_LAST_MEMBER', subject: node.node, cause, hint: 'Add another control plane first.' }]
}

function checkDead({ node, etcd }: MembershipObservation, member: EtcdMember | undefined): Fault[] {
  const subject = node.node
  if (node.because === undefined) {
    const hint = 'Remove it as a living node, so that it leaves etcd by itself and is wiped.'
    return [{ code: 'E_NODE_ALIVE', subject, cause: 'it is said to be dead, but it answers', hint }]
  }
  if (node.role === 'worker') return []
  const seen = etcd.some((view) => view.node !== subject && isSeen(view))
  return member || !seen ? checkQuorumWithout(subject, etcd) : []
}

function memberOf(node: string, etcd: readonly EtcdView[]): EtcdMember | undefined {
  const own = etcd.filter(isSeen).find((view) => view.node === node)?.memberId
  const members = etcd.filter(isSeen).flatMap((view) => view.members)
  return members.find(({ id, hostname }) => id === own || hostname === node)
}
