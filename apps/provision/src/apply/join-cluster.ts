import type { Fault } from '@homerack/errors'
import type { RackNode } from '@homerack/rack'
import type { Run } from './run.ts'
import { until } from './until.ts'

/** Milliseconds for a configured node to be in etcd and Ready. */
const joinWithin = 15 * 60_000

/** Waits until every node that got its config is in etcd (control planes) and Ready in Kubernetes. */
export async function joinCluster(run: Run, isThere: (node: RackNode) => Promise<boolean>): Promise<void> {
  const joined: string[] = []
  await Promise.all(
    run.site.rack.nodes.map(async (node) => {
      if (!(await isThere(node))) return
      await joinNode(run, node)
      joined.push(node.name)
      run.events.emit({
        type: 'cluster',
        detail: `${joined.length} of ${run.site.rack.nodes.length} nodes joined`,
      })
    }),
  )
}

async function joinNode(run: Run, node: RackNode): Promise<void> {
  const { events, observer, signal } = run
  const started = events.elapsed()
  let said = ''
  await until(
    async () => {
      const reason = await missing(run, node)
      if (reason !== undefined && reason !== said) {
        said = reason
        events.emit({ type: 'node', node: node.name, state: { kind: 'joining', waitsFor: reason } })
      }
      return reason === undefined ? true : undefined
    },
    { signal, within: joinWithin, late: () => late(node, said) },
  )
  events.emit({ type: 'phase', node: node.name, phase: 'join', ms: events.elapsed() - started })
  const { tag } = await observer.talos(node).version()
  events.emit({ type: 'node', node: node.name, state: { kind: 'ready', detail: `Talos ${tag}` } })
}

/** What a node still waits for, or undefined if it has joined. */
async function missing({ observer, signal }: Run, node: RackNode): Promise<string | undefined> {
  if (node.role === 'controlplane') {
    const members = await observer
      .talos(node)
      .etcdMembers()
      .catch(() => [])
    const member = members.find(({ hostname }) => hostname === node.name)
    if (!member) return 'waits for etcd'
    if (member.isLearner) return 'etcd catches up'
  }
  const ready = await observer.readyNodes(signal)
  if (!ready) return 'waits for the Kubernetes API'
  return ready.includes(node.name) ? undefined : 'waits for its kubelet'
}

function late(node: RackNode, reason: string): Fault {
  return {
    code: 'E_JOIN_TIMEOUT',
    subject: node.name,
    cause: `it did not join within ${joinWithin / 60_000} minutes: it ${reason}`,
    hint: `talosctl -n ${node.address} dmesg and services tell more.`,
  }
}
