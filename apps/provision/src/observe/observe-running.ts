import { faultsOf } from '@homerack/errors'
import type { RackNode } from '@homerack/rack'
import { probeTalos } from '@homerack/talos'
import type { Reach } from '../site/site.ts'
import type { Access } from './access.ts'
import { compareConfigs } from './compare-configs.ts'
import { desiredConfig } from './desired-config.ts'
import type { ObservedNode } from './observed.ts'

const probeTimeout = 1500

/** What a call ends with when the node is not one of ours. */
const untrusted = new Set(['E_TALOS_TLS', 'E_TALOS_OTHER_NODE', 'E_TALOS_EXPIRED'])

/** A node that has a machine config: undefined if nothing answers at its address with a configured Talos API. */
export async function observeRunning(
  site: Reach,
  access: Access,
  node: RackNode,
): Promise<ObservedNode | undefined> {
  const { address } = node
  const mode = await probeTalos({ address, resolve: site.resolve, timeoutMs: probeTimeout }).catch(
    () => 'absent' as const,
  )
  if (mode !== 'secured') return undefined
  const client = access.talos(node)
  try {
    const [version, live, wanted] = await Promise.all([
      client.version(),
      client.resources.get('MachineConfig', 'v1alpha1'),
      desiredConfig(site, node),
    ])
    const changes = compareConfigs(live.spec.reveal(), wanted.reveal())
    const members = node.role === 'controlplane' ? await client.etcdMembers().catch(() => []) : []
    return {
      kind: 'running',
      talos: version.tag,
      config: changes.length === 0 ? 'same' : 'different',
      changes,
      etcdMembers: members.map(({ hostname }) => hostname),
    }
  } catch (error) {
    const faults = faultsOf(error)
    if (!faults) throw error
    return faults.some(({ code }) => untrusted.has(code))
      ? { kind: 'refused', faults: [foreign(node)] }
      : undefined
  }
}

function foreign(node: RackNode) {
  return {
    code: 'E_NODE_FOREIGN',
    subject: node.name,
    cause: `the Talos node at ${node.address} does not trust this rack's secrets`,
    hint: 'It belongs to another cluster, or the secrets file is another one. Nothing was changed.',
  } as const
}
