import { FaultError } from '@homerack/errors'
import type { RackNode } from '@homerack/rack'
import { bootstrapOnce } from '@homerack/talos'
import type { Run } from './run.ts'

/**
 * Starts etcd on one control plane, once. All of them must be there to be asked: the choice is then the same
 * after every interruption, and Talos itself refuses a second bootstrap only on the same node.
 *
 * @throws FaultError E_BOOTSTRAP_INCOMPLETE if a control plane failed before; what `bootstrapOnce` throws.
 */
export async function bootstrapCluster(
  run: Run,
  isThere: (node: RackNode) => Promise<boolean>,
): Promise<void> {
  const { events, journal, observer, signal, site } = run
  const controlPlanes = site.rack.nodes.filter(({ role }) => role === 'controlplane')
  events.emit({ type: 'cluster', detail: 'bootstrap waits until every control plane has its config' })
  const there = await Promise.all(controlPlanes.map(isThere))
  const missing = controlPlanes.filter((_, index) => !there[index]).map(({ name }) => name)
  if (missing.length > 0) {
    throw new FaultError({
      code: 'E_BOOTSTRAP_INCOMPLETE',
      subject: site.rack.name,
      cause: `etcd was not bootstrapped, because ${missing.join(', ')} did not get that far`,
      hint: 'Put that right and run the same command again.',
    })
  }
  const clients = controlPlanes.map((node) => ({ name: node.name, client: observer.talos(node) }))
  for await (const event of bootstrapOnce({ controlPlanes: clients, pauseMs: 500, signal })) {
    if (event.type === 'bootstrapping')
      journal.write({ step: 'bootstrap', subject: event.node, status: 'begin' })
    events.emit({ type: 'cluster', detail: event.reason })
    if (event.type === 'done' && event.node)
      journal.write({ step: 'bootstrap', subject: event.node, status: 'done' })
  }
}
