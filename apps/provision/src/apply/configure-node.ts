import { type Fault, FaultError } from '@homerack/errors'
import type { RackNode } from '@homerack/rack'
import { desiredConfig } from '../observe/desired-config.ts'
import type { Run } from './run.ts'
import { until } from './until.ts'

/** Milliseconds for a node to start from its disk, and to come back with its config. */
const configureWithin = 15 * 60_000

/**
 * Gives a node its machine config, wherever it waits for it, and returns when its API answers with our secrets.
 *
 * @throws FaultError E_NODE_SILENT; what the node refuses the config with.
 */
export async function configureNode(run: Run, node: RackNode): Promise<void> {
  const { observer, events, journal, signal } = run
  const started = events.elapsed()
  let waiting = started
  const config = (await desiredConfig(run.site, node)).reveal()
  let applied = false

  await until(
    async () => {
      const seen = await observer.node(node)
      if (seen.kind === 'refused') throw new FaultError(seen.faults)
      if (seen.kind === 'running' && seen.config === 'same') return true
      if (applied || (seen.kind !== 'maintenance' && seen.kind !== 'running')) return undefined
      const address = seen.kind === 'maintenance' ? seen.address : node.address
      if (seen.kind === 'maintenance') {
        waiting = events.elapsed()
        events.emit({ type: 'node', node: node.name, state: { kind: 'maintenance', address } })
        events.emit({ type: 'phase', node: node.name, phase: 'boot', ms: waiting - started })
      }
      journal.write({ step: 'configure', subject: node.name, status: 'begin', detail: address })
      events.emit({ type: 'node', node: node.name, state: { kind: 'configuring', address } })
      const client = seen.kind === 'maintenance' ? observer.maintenance(address) : observer.talos(node)
      try {
        await client.applyConfiguration({ config, mode: 'auto' })
        applied = true
      } finally {
        if (seen.kind === 'maintenance') client.close()
      }
      return undefined
    },
    { signal, within: configureWithin, late: () => silent(node) },
  )

  journal.write({ step: 'configure', subject: node.name, status: 'done', detail: node.address })
  events.emit({ type: 'phase', node: node.name, phase: 'config', ms: events.elapsed() - waiting })
  events.emit({ type: 'node', node: node.name, state: { kind: 'joining', waitsFor: 'the cluster' } })
}

function silent(node: RackNode): Fault {
  return {
    code: 'E_NODE_SILENT',
    subject: node.name,
    cause: `no Talos API answered with its config at ${node.address}`,
    hint: `Look at its console: does slot ${node.slot} start from its NVMe, and does the router give it an address?`,
  }
}
