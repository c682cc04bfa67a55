import { setTimeout as sleep } from 'node:timers/promises'
import type { Run } from '../apply/run.ts'
import type { NodeState } from '../events/node-state.ts'
import type { Observed, ObservedNode } from './observed.ts'

/**
 * Looks until every node has told where it stands, and nothing is merely on its way there; at most `waitMs`
 * milliseconds. What is not there by then is planned without.
 */
export async function observeSettled(run: Run, waitMs: number): Promise<Observed> {
  const { site, observer, events, signal } = run
  const deadline = events.elapsed() + waitMs
  const settled = new Set<string>()
  while (settled.size < site.rack.nodes.length && events.elapsed() < deadline) {
    signal.throwIfAborted()
    await Promise.all(
      site.rack.nodes.map(async (node) => {
        if (settled.has(node.name)) return
        const seen = await observer.node(node)
        const state = stateOf(seen)
        if (state) events.emit({ type: 'node', node: node.name, state })
        if (isSettled(seen)) settled.add(node.name)
      }),
    )
    if (settled.size < site.rack.nodes.length) await sleep(200, undefined, { signal })
  }
  return untilServicesSettle(run, deadline)
}

/** Workloads come back by themselves after a reboot; give them the same time. */
async function untilServicesSettle(
  { observer, events, signal, site }: Run,
  deadline: number,
): Promise<Observed> {
  for (;;) {
    const observed = await observer.all()
    const { nodes, kubernetes } = observed
    const hasCluster = [...nodes.values()].some(
      (node) => node.kind === 'running' && node.etcdMembers.length > 0,
    )
    const ready = new Set(kubernetes?.ready)
    const late = site.rack.nodes.filter(({ name }) => nodes.get(name)?.kind === 'running' && !ready.has(name))
    const waiting = [...observed.services].filter(
      ([, service]) => service.kind !== 'compared' || (service.plan.empty && !service.ready),
    )
    for (const { name } of site.rack.nodes) {
      const node = nodes.get(name)
      if (node?.kind === 'running' && ready.has(name) && node.config === 'same') {
        events.emit({ type: 'node', node: name, state: { kind: 'ready', detail: `Talos ${node.talos}` } })
      }
    }
    for (const [name, service] of observed.services) {
      if (service.kind === 'compared' && service.plan.empty && service.ready) {
        events.emit({ type: 'service', service: name, state: { kind: 'ready' } })
      }
    }
    const done = !hasCluster || (late.length === 0 && waiting.length === 0)
    if (done || events.elapsed() >= deadline) return observed
    events.emit({
      type: 'cluster',
      detail:
        late.length > 0
          ? `${late.map(({ name }) => name).join(', ')} not Ready yet`
          : `waits for ${waiting.map(([name]) => name).join(', ')}`,
    })
    await sleep(300, undefined, { signal })
  }
}

function isSettled(node: ObservedNode): boolean {
  if (node.kind === 'netbooting') return node.inventory !== undefined
  return node.kind === 'maintenance' || node.kind === 'running' || node.kind === 'refused'
}

/** What to show for an observation; undefined where netboot tells it better. */
function stateOf(node: ObservedNode): NodeState | undefined {
  switch (node.kind) {
    case 'maintenance':
      return { kind: 'maintenance', address: node.address }
    case 'running':
      return { kind: 'joining', waitsFor: 'being compared with the file' }
    case 'refused':
      return { kind: 'refused', faults: node.faults }
    default:
      return undefined
  }
}
