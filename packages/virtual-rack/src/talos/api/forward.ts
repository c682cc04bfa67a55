import { setTimeout as sleep } from 'node:timers/promises'
import type { DescMethod, DescService } from '@bufbuild/protobuf'
import { ConnectError, type ConnectRouter, type HandlerContext, type ServiceImpl } from '@connectrpc/connect'
import { EtcdRefusal } from '../../etcd/etcd-cluster.ts'
import type { TalosNode } from '../talos-node.ts'
import { untilAborted } from '../until.ts'
import { authorize } from './authorize.ts'
import { type Call, callerOf, refuse } from './call.ts'

/** A service as one node answers it. Methods that are left out are not implemented. */
export type Implement<S extends DescService> = (call: Call) => Partial<ServiceImpl<S>>

type Handler = (request: unknown, context: HandlerContext) => unknown

const slowMs = 1000

/**
 * Serves a service at `node`: checks the caller's role, then answers itself or has another node answer, as apid
 * does. Header `node` names one node, for any method; header `nodes` names many, whose answers become one.
 */
export function serve<S extends DescService>(
  router: ConnectRouter,
  node: TalosNode,
  service: S,
  implement: Implement<S>,
): void {
  const handlers: Record<string, Handler> = {}
  for (const method of service.methods) {
    const answer = (target: TalosNode, request: unknown, context: HandlerContext) =>
      answerAt(implement as Implement<DescService>, { target, method, request, context })
    handlers[method.localName] =
      method.methodKind === 'server_streaming'
        ? (request, context) => streamFrom(node, { method, request, context, answer })
        : async (request, context) => unaryFrom(node, { method, request, context, answer })
  }
  router.service(service, handlers as Partial<ServiceImpl<S>>)
}

type Answer = (target: TalosNode, request: unknown, context: HandlerContext) => unknown
type Incoming = { method: DescMethod; request: unknown; context: HandlerContext; answer: Answer }
type Outgoing = { target: TalosNode; method: DescMethod; request: unknown; context: HandlerContext }

function answerAt(
  implement: Implement<DescService>,
  { target, method, request, context }: Outgoing,
): unknown {
  const call: Call = {
    ...callerOf(context),
    node: target,
    signal: AbortSignal.any([context.signal, target.signal]),
  }
  const handler = implement(call)[method.localName] as Handler | undefined
  if (!handler)
    throw refuse('Unimplemented', `${method.parent.typeName}/${method.name} is not played by this rack`)
  return handler(request, context)
}

async function unaryFrom(node: TalosNode, { method, request, context, answer }: Incoming): Promise<unknown> {
  const targets = await admit(node, method, context)
  try {
    if (!targets.merged) return await answer(targets.first, request, context)
    const answers = await Promise.all(
      targets.all.map(async (each) => named(each, await answer(each, request, context))),
    )
    return { messages: answers.flat() }
  } catch (error) {
    throw asStatus(node, error)
  }
}

async function* streamFrom(
  node: TalosNode,
  { method, request, context, answer }: Incoming,
): AsyncGenerator<unknown> {
  const targets = await admit(node, method, context)
  try {
    for (const each of targets.all) {
      for await (const message of answer(each, request, context) as AsyncIterable<object>) {
        yield targets.merged ? { ...message, metadata: { hostname: each.state().address } } : message
      }
    }
  } catch (error) {
    throw asStatus(node, error)
  }
}

/** Each message of a unary answer, with the node it is from. */
function named(node: TalosNode, answer: unknown): unknown[] {
  const { messages = [] } = answer as { messages?: object[] }
  return messages.map((message) => ({ ...message, metadata: { hostname: node.state().address } }))
}

type Targets = { first: TalosNode; all: TalosNode[]; merged: boolean }

/** What happens before any method: the node's faults, the caller's role, and who must answer. */
async function admit(node: TalosNode, method: DescMethod, context: HandlerContext): Promise<Targets> {
  const { faults } = node.world
  if (faults.has('nic-silent', node.board.name)) await untilAborted(context.signal)
  if (faults.has('slow-node', node.board.name)) await sleep(slowMs, undefined, { signal: context.signal })
  const caller = callerOf(context)
  authorize(`${method.parent.typeName}/${method.name}`, caller)
  const one = context.requestHeader.get('node')
  const many = context.requestHeader.get('nodes')
  const asked = (one ?? many)?.split(',').map((each) => each.trim()) ?? []
  const self = (address: string) =>
    [node.state().address, node.world.loopback(node.state().address)].includes(address)
  if (asked.length === 0 || (one && self(one))) return { first: node, all: [node], merged: false }
  if (caller.maintenance) throw refuse('Unimplemented', 'proxying is not available in maintenance mode')
  if (node.state().config?.type !== 'controlplane' && !asked.every(self)) {
    throw refuse('PermissionDenied', 'proxying is not allowed on a worker node')
  }
  const all = asked.map((address) => peer(node, address))
  return { first: all[0] ?? node, all, merged: one === null }
}

function peer(node: TalosNode, address: string): TalosNode {
  for (const each of node.world.nodes.values()) {
    const { address: own, config, hostname } = each.state()
    const names = [own, node.world.loopback(own), hostname]
    if (names.includes(address) && config?.osCa.crt === node.state().config?.osCa.crt) return each
  }
  throw refuse(
    'Unavailable',
    `connection error: desc = "transport: Error while dialing: dial tcp ${address}:50000: i/o timeout"`,
  )
}

/** What the caller is told. A bug of ours goes to the console, in full. */
function asStatus(node: TalosNode, error: unknown): unknown {
  if (error instanceof EtcdRefusal) return refuse('Unavailable', error.message)
  const expected = error instanceof ConnectError || node.signal.aborted || isAbort(error)
  if (!expected) node.console.write(`[rack] a bug: ${(error as Error).stack ?? error}`)
  return error
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError'
}
