import type { Fault } from '@homerack/errors'
import type { EtcdMember } from '../calls/etcd-calls.ts'

/** What one control plane says about etcd. `empty` only if it surely has no member: its service waits to be told. */
export type EtcdObservation =
  | { node: string; etcd: 'members'; members: readonly EtcdMember[] }
  | { node: string; etcd: 'empty' }
  | { node: string; etcd: 'unknown'; because: string }

export type BootstrapPlan =
  | { action: 'none'; members: readonly EtcdMember[] }
  | { action: 'bootstrap'; node: string }
  | { action: 'wait'; because: readonly string[] }
  | { action: 'refuse'; fault: Fault }

/**
 * Bootstraps the first control plane only if every one of them surely has no etcd: one that cannot tell may be the
 * cluster. A member anywhere means that there is nothing to do; two clusters are never repaired by a third.
 */
export function planBootstrap(observed: readonly EtcdObservation[]): BootstrapPlan {
  const withMembers = observed.filter((each) => each.etcd === 'members')
  const [first] = withMembers
  if (first) {
    const ids = new Set(first.members.map(({ id }) => id))
    const stranger = withMembers.find(({ members }) => !members.some(({ id }) => ids.has(id)))
    return stranger
      ? { action: 'refuse', fault: split(first.node, stranger.node) }
      : { action: 'none', members: first.members }
  }
  const unknown = observed.filter((each) => each.etcd === 'unknown')
  if (unknown.length > 0)
    return { action: 'wait', because: unknown.map(({ node, because }) => `${node}: ${because}`) }
  const [chosen] = observed
  return chosen
    ? { action: 'bootstrap', node: chosen.node }
    : { action: 'wait', because: ['there is no control plane'] }
}

function split(one: string, other: string): Fault {
  return {
    code: 'E_ETCD_SPLIT',
    subject: other,
    cause: `its etcd has no member in common with that of ${one}: there are two clusters`,
    hint: `Reset the one that is not wanted: its disk loses STATE and EPHEMERAL, then it joins the other.`,
  }
}
