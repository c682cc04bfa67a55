import type { RackNode } from '@homerack/rack'
import { bootstrapOnce } from '@homerack/talos'
import type { Run } from './run.ts'

/**
 * Starts etcd on one control plane, once. The plan holds this step only if every control plane was seen without
 * etcd; those that are configured by now are asked again, and one of them having members is enough to stop.
 */
export async function bootstrapCluster(
  run: Run,
  isThere: (node: RackNode) => Promise<boolean>,
): Promise<void> {
  const { events, journal, observer, signal, site } = run
  const controlPlanes = site.rack.nodes.filter(({ role }) => role === 'controlplane')
  events.emit({ type: 'cluster', detail: 'bootstrap waits for a configured control plane' })
  const there = new Set<RackNode>()
  await firstTrue(
    controlPlanes.map(async (node) => {
      const ready = await isThere(node)
      if (ready) there.add(node)
      return ready
    }),
  )
  const nodes = controlPlanes.filter((node) => there.has(node))
  const [first] = nodes
  if (!first) return
  journal.write({ step: 'bootstrap', subject: first.name, status: 'begin' })
  events.emit({ type: 'cluster', detail: `bootstrapping etcd on ${first.name}` })
  const controlPlaneClients = nodes.map((node) => ({ name: node.name, client: observer.talos(node) }))
  for await (const event of bootstrapOnce({ controlPlanes: controlPlaneClients, signal })) {
    events.emit({ type: 'cluster', detail: event.reason })
  }
  journal.write({ step: 'bootstrap', subject: first.name, status: 'done' })
}

/** Resolves as soon as one of them is true, or all are false. */
async function firstTrue(all: readonly Promise<boolean>[]): Promise<boolean> {
  const { promise, resolve, reject } = Promise.withResolvers<boolean>()
  for (const each of all) each.then((value) => value && resolve(true), reject)
  void Promise.all(all).then(() => resolve(false), reject)
  return promise
}
