import { faultsOf } from '@homerack/errors'
import type { TalosClient } from '../create-talos-client.ts'
import type { EtcdObservation } from './plan-bootstrap.ts'

export type ControlPlane = {
  readonly name: string
  readonly client: Pick<TalosClient, 'etcdMembers' | 'services' | 'bootstrap'>
}

/** Without etcd Talos lets the member list run into its deadline, so it gets a short one (milliseconds). */
const memberListTimeout = 5000

/**
 * Asks one control plane for the members of its cluster (it asks every control plane that it knows of), and when
 * it has no answer, whether its etcd service waits to be bootstrapped or to join (`Preparing`, Talos 1.13).
 */
export async function observeEtcd(
  { name: node, client }: ControlPlane,
  signal?: AbortSignal,
): Promise<EtcdObservation> {
  const [members, services] = await Promise.allSettled([
    client.etcdMembers({}, { timeoutMs: memberListTimeout, signal }),
    client.services({ signal }),
  ])
  signal?.throwIfAborted()
  if (members.status === 'fulfilled' && members.value.length > 0)
    return { node, etcd: 'members', members: members.value }
  if (services.status === 'rejected') return { node, etcd: 'unknown', because: causeOf(services.reason) }
  const etcd = services.value.find(({ id }) => id === 'etcd')
  if (etcd?.state === 'Preparing') return { node, etcd: 'empty' }
  return { node, etcd: 'unknown', because: etcd ? `etcd is ${etcd.state}` : 'etcd has not started' }
}

/** @throws the error itself if it is no fault. */
export function causeOf(error: unknown): string {
  const faults = faultsOf(error)
  if (!faults) throw error
  return faults.map(({ cause }) => cause).join('; ')
}
