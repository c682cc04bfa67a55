import { type Fault, FaultError, faultsOf } from '@homerack/errors'
import { causeOf } from '../../bootstrap/observe-etcd.ts'
import type { EtcdAlarm, EtcdMember } from '../../calls/etcd-calls.ts'
import type { TalosCalls } from '../../calls/talos-calls.ts'

/** What one control plane says about etcd. `because`: why it says nothing. */
export type EtcdView =
  | { readonly node: string; readonly because: string }
  | {
      readonly node: string
      readonly because: undefined
      readonly members: readonly EtcdMember[]
      readonly memberId: string
      readonly leader: string | undefined
      readonly isLearner: boolean
      readonly alarms: readonly EtcdAlarm[]
      readonly errors: readonly string[]
    }

export type EtcdClient = Pick<TalosCalls, 'services' | 'etcdMembers' | 'etcdStatus' | 'etcdAlarms'>

/** Without etcd these calls run into their deadline, so it is a short one (milliseconds). */
const timeoutMs = 5000

/**
 * What `look` and the control planes say. A look at Kubernetes that fails has its reason in etcd more often than
 * not, so that both are thrown then.
 */
export async function observeBesideEtcd<T>(
  look: Promise<T>,
  controlPlanes: readonly { name: string; client: EtcdClient }[],
  check: (views: readonly EtcdView[]) => readonly Fault[],
  signal?: AbortSignal,
): Promise<{ seen: T; etcd: EtcdView[] }> {
  const views = Promise.all(controlPlanes.map((node) => observeEtcdHealth(node, signal)))
  const [seen, etcd] = await Promise.allSettled([look, views])
  if (etcd.status === 'rejected') throw etcd.reason
  if (seen.status === 'fulfilled') return { seen: seen.value, etcd: etcd.value }
  const faults = faultsOf(seen.reason)
  throw faults ? new FaultError([...faults, ...check(etcd.value)], { cause: seen.reason }) : seen.reason
}

export async function observeEtcdHealth(
  { name: node, client }: { name: string; client: EtcdClient },
  signal?: AbortSignal,
): Promise<EtcdView> {
  try {
    const etcd = (await client.services({ signal })).find(({ id }) => id === 'etcd')
    if (!etcd) return { node, because: 'there is no etcd' }
    if (etcd.state !== 'Running') return { node, because: `etcd is ${etcd.state}` }
    if (!etcd.healthy) return { node, because: `etcd is not healthy: ${etcd.lastMessage}` }
    const [members, status, alarms] = await Promise.all([
      client.etcdMembers({ local: true }, { timeoutMs, signal }),
      client.etcdStatus({ timeoutMs, signal }),
      client.etcdAlarms({ timeoutMs, signal }),
    ])
    const { memberId, leader, isLearner, errors } = status
    const raised = alarms.filter(({ alarm }) => alarm !== 'none')
    return { node, because: undefined, members, memberId, leader, isLearner, alarms: raised, errors }
  } catch (error) {
    signal?.throwIfAborted()
    return { node, because: causeOf(error) }
  }
}
