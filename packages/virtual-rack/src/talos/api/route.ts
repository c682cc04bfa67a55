import type { DescMethod } from '@bufbuild/protobuf'
import type { TalosNode } from '../talos-node.ts'
import { refuse } from './call.ts'

/** Who answers: one node as itself, or many whose answers become one. `asked` is how the caller called a node. */
export type Route =
  | { kind: 'one'; node: TalosNode }
  | { kind: 'many'; nodes: { asked: string; node: TalosNode | undefined }[] }

/** Services whose answers can be put together. */
const mergeable = [
  'machine.MachineService',
  'cluster.ClusterService',
  'storage.StorageService',
  'time.TimeService',
]

/**
 * Where a call goes, by apid's rules (Talos 1.14, `director.go`): header `node` names one node, for any method;
 * header `nodes` names many, for some services. Only control planes forward; a node that is asked for itself
 * answers in any case, and in maintenance mode nobody looks at the headers.
 *
 * @throws ConnectError PermissionDenied, InvalidArgument, or Unavailable for a node that does not answer
 */
export function routeOf(node: TalosNode, method: DescMethod, headers: Headers): Route {
  const one = headers.get('node')?.trim()
  const many = headers
    .get('nodes')
    ?.split(',')
    .map((each) => each.trim())
  if (!node.state().config) return { kind: 'one', node }
  const forwards = node.state().config?.type === 'controlplane'
  const single = one ?? (many?.length === 1 ? many[0] : undefined)
  if (!forwards && single !== undefined && isAt(node, single)) return { kind: 'one', node }
  if (many && !mergeable.includes(method.parent.typeName)) {
    const name = `/${method.parent.typeName}/${method.name}`
    throw refuse('InvalidArgument', `one-2-many proxying is not supported for method ${name}`)
  }
  if (!many && one === undefined) return { kind: 'one', node }
  if (!forwards) throw refuse('PermissionDenied', 'no request forwarding')
  if (many) return { kind: 'many', nodes: many.map((asked) => ({ asked, node: peerAt(node, asked) })) }
  const peer = peerAt(node, one ?? '')
  if (!peer) throw unreachable(one ?? '')
  return { kind: 'one', node: peer }
}

/** What apid says about a node that does not answer. */
export function unreachable(address: string): Error {
  const cause = `transport: Error while dialing: dial tcp ${address}:50000: i/o timeout`
  return refuse('Unavailable', `connection error: desc = "${cause}"`)
}

/** A node of the same cluster, by address or name. */
function peerAt(node: TalosNode, address: string): TalosNode | undefined {
  const { osCa } = node.state().config ?? {}
  return [...node.world.nodes.values()].find(
    (each) => isAt(each, address) && each.state().config?.osCa.crt === osCa?.crt,
  )
}

function isAt(node: TalosNode, address: string): boolean {
  const { address: own, hostname } = node.state()
  return [own, node.world.loopback(own), hostname].includes(address)
}
