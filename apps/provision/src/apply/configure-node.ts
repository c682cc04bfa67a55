import { type Fault, FaultError, faultsOf } from '@homerack/errors'
import type { RackNode } from '@homerack/rack'
import { desiredConfig } from '../observe/desired-config.ts'
import type { ObservedNode } from '../observe/observed.ts'
import type { Run } from './run.ts'
import { until } from './until.ts'

/** Milliseconds for a node to start from its disk, and to come back with its config. */
const configureWithin = 15 * 60_000
/** Milliseconds for a node to act on its config before it is given it again, because it may have lost power. */
const actsWithin = 15_000

/**
 * Gives a node its machine config, wherever it waits for it, and returns when its API answers with our secrets.
 *
 * @throws FaultError E_NODE_SILENT; what the node refuses the config with.
 */
export async function configureNode(run: Run, node: RackNode): Promise<void> {
  const { observer, events, journal, signal } = run
  const started = events.elapsed()
  let found: number | undefined
  let given: number | undefined

  await until(
    async () => {
      const seen = await observer.node(node)
      if (seen.kind === 'refused') throw new FaultError(seen.faults)
      if (seen.kind === 'running' && seen.config === 'same') return true
      if (seen.kind !== 'maintenance' && seen.kind !== 'running') return undefined
      if (given !== undefined && events.elapsed() - given < actsWithin) return undefined
      if (found === undefined && seen.kind === 'maintenance') {
        events.emit({ type: 'phase', node: node.name, phase: 'boot', ms: events.elapsed() - started })
      }
      found ??= events.elapsed()
      if (await giveConfig(run, node, seen)) given = events.elapsed()
      return undefined
    },
    { signal, within: configureWithin, late: () => silent(node) },
  )

  journal.write({ step: 'configure', subject: node.name, status: 'done', detail: node.address })
  events.emit({ type: 'phase', node: node.name, phase: 'config', ms: events.elapsed() - (found ?? started) })
  events.emit({ type: 'node', node: node.name, state: { kind: 'joining', waitsFor: 'the cluster' } })
}

/** What an API call ends with when the node goes away under it. What became of the config is seen next. */
const wentAway = new Set([
  'E_TALOS_UNREACHABLE',
  'E_TALOS_UNAVAILABLE',
  'E_TALOS_CANCELED',
  'E_TALOS_DEADLINE',
])

/** Whether the node took it. */
async function giveConfig(
  { observer, events, journal, site }: Run,
  node: RackNode,
  seen: Extract<ObservedNode, { kind: 'maintenance' | 'running' }>,
): Promise<boolean> {
  const address = seen.kind === 'maintenance' ? seen.address : node.address
  const config = (await desiredConfig(site, node)).reveal()
  journal.write({ step: 'configure', subject: node.name, status: 'begin', detail: address })
  events.emit({ type: 'node', node: node.name, state: { kind: 'configuring', address } })
  const client = seen.kind === 'maintenance' ? observer.maintenance(seen) : observer.talos(node)
  try {
    await client.applyConfiguration({ config, mode: 'auto' })
    return true
  } catch (error) {
    if (faultsOf(error)?.every(({ code }) => wentAway.has(code))) return false
    throw error
  } finally {
    if (seen.kind === 'maintenance') client.close()
  }
}

function silent(node: RackNode): Fault {
  return {
    code: 'E_NODE_SILENT',
    subject: node.name,
    cause: `no Talos API answered with its config at ${node.address}`,
    hint: `Look at its console: does slot ${node.slot} start from its NVMe, and does the router give it an address?`,
  }
}
