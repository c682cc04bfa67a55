import { setTimeout as sleep } from 'node:timers/promises'
import type { Run } from '../apply/run.ts'
import type { NodeState } from '../events/node-state.ts'
import type { Observed, ObservedNode, ObservedService } from './observed.ts'

/**
 * Looks until every node has told where it stands, and nothing is merely on its way there; at most `waitMs`
 * milliseconds. What is not there by then is planned without. What is wrong in the services is said before.
 */
export async function observeSettled(run: Run, waitMs: number): Promise<Observed> {
  const { site, observer, events, signal } = run
  await observer.readServices()
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

/** Nodes and workloads come back by themselves after a reboot; give them the same time. */
async function untilServicesSettle(
  { observer, events, signal, site }: Run,
  deadline: number,
): Promise<Observed> {
  for (;;) {
    const observed = await observer.all()
    const { nodes, kubernetes, services } = observed
    const running = site.rack.nodes.filter(({ name }) => nodes.get(name)?.kind === 'running')
    const ready = new Set(kubernetes?.ready)
    for (const { name } of running)
      events.emit({ type: 'node', node: name, state: runningState(nodes.get(name), ready.has(name)) })
    for (const [name, service] of services) {
      if (isReady(service)) events.emit({ type: 'service', service: name, state: { kind: 'ready' } })
    }
    const late = running.filter(({ name }) => !ready.has(name)).map(({ name }) => name)
    const comingBack = [...services].filter(
      ([, service]) =>
        service.kind === 'unknown' || (service.kind === 'compared' && service.plan.empty && !service.ready),
    )
    const waiting = [...late, ...comingBack.map(([name]) => name)]
    const hasCluster = running.some(({ name }) => hasMembers(nodes.get(name)))
    if (!hasCluster || waiting.length === 0 || events.elapsed() >= deadline) return observed
    events.emit({ type: 'cluster', detail: `waits for ${waiting.join(', ')} to come back` })
    await sleep(300, undefined, { signal })
  }
}

function runningState(node: ObservedNode | undefined, isReadyInKubernetes: boolean): NodeState {
  if (node?.kind !== 'running') return { kind: 'unseen' }
  if (node.config === 'different')
    return { kind: 'joining', waitsFor: 'its machine config differs from the file' }
  return isReadyInKubernetes
    ? { kind: 'ready', detail: `Talos ${node.talos}` }
    : { kind: 'joining', waitsFor: 'not Ready in Kubernetes yet' }
}

function isReady(service: ObservedService): boolean {
  return service.kind === 'compared' && service.plan.empty && service.ready
}

function hasMembers(node: ObservedNode | undefined): boolean {
  return node?.kind === 'running' && node.etcdMembers.length > 0
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
    case 'refused':
      return { kind: 'refused', faults: node.faults }
    default:
      return undefined
  }
}
