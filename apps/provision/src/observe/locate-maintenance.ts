import type { RackNode } from '@homerack/rack'
import { createTalosClient, probeTalos } from '@homerack/talos'
import type { Reach } from '../site/site.ts'
import { hostsIn } from './hosts-in.ts'
import type { Maintenance } from './observed.ts'

/** Milliseconds between two sweeps of the network, and that a probe of one address may take. */
const sweepEvery = 2000
const probeTimeout = 800
const probesAtOnce = 64

export type Locator = {
  /**
   * The address where a node waits for its machine config, found by its MAC: first where it was last heard,
   * then anywhere in the network, because the router leases whatever address it likes.
   */
  maintenance(node: RackNode, likely: readonly string[]): Promise<Maintenance | undefined>
}

export function createLocator({ rack, resolve }: Reach, signal: AbortSignal): Locator {
  const found = new Map<string, Maintenance>()
  let sweep: { at: number; done: Promise<void> } | undefined

  const look = async (address: string) => {
    const mode = await probeTalos({ address, resolve, timeoutMs: probeTimeout, signal }).catch(
      () => 'absent' as const,
    )
    if (mode !== 'maintenance') return
    const client = createTalosClient({ address, credentials: { maintenance: {} }, resolve, signal })
    try {
      const macs = await macsOf(client)
      const fingerprint = client.fingerprint()
      if (fingerprint) for (const mac of macs) found.set(mac, { address, fingerprint })
    } catch {
      // It went away between the two looks; the next sweep tells.
    } finally {
      client.close()
    }
  }

  const sweepAll = () => {
    const now = Date.now()
    if (!sweep || now - sweep.at > sweepEvery) {
      const done = inLanes(probesAtOnce, hostsIn(rack.network.cidr), look)
      sweep = { at: now, done }
    }
    return sweep.done
  }

  return {
    maintenance: async (node, likely) => {
      const known = found.get(node.mac)?.address
      found.delete(node.mac)
      for (const address of new Set([...(known ? [known] : []), ...likely])) {
        await look(address)
        if (found.has(node.mac)) return found.get(node.mac)
      }
      await sweepAll()
      return found.get(node.mac)
    },
  }
}

async function macsOf(client: ReturnType<typeof createTalosClient>): Promise<string[]> {
  const links = await client.resources.list('LinkStatus')
  return links.flatMap(({ spec }) => (spec.hardwareAddr ? [spec.hardwareAddr.toLowerCase()] : []))
}

async function inLanes<T>(
  count: number,
  items: readonly T[],
  work: (item: T) => Promise<void>,
): Promise<void> {
  const rest = [...items]
  await Promise.all(
    Array.from({ length: count }, async () => {
      for (let item = rest.shift(); item !== undefined; item = rest.shift()) await work(item)
    }),
  )
}
