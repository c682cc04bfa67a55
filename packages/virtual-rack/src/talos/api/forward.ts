import { setTimeout as sleep } from 'node:timers/promises'
import type { DescMethod, DescService } from '@bufbuild/protobuf'
import { ConnectError, type ConnectRouter, type HandlerContext, type ServiceImpl } from '@connectrpc/connect'
import { EtcdRefusal } from '../../etcd/etcd-cluster.ts'
import type { TalosNode } from '../talos-node.ts'
import { untilAborted } from '../until.ts'
import { authorize } from './authorize.ts'
import { type Call, callerOf, refuse } from './call.ts'
import { type Route, routeOf, unreachable } from './route.ts'

/** A service as one node answers it. Methods that are left out are not implemented. */
export type Implement<S extends DescService> = (call: Call) => Partial<ServiceImpl<S>>

type Handler = (request: unknown, context: HandlerContext) => unknown

const lateMs = { 'slow-node': 1000, 'api-slow': 10_000 } as const

/**
 * Serves a service at `node`: plays the node's faults, checks the caller's role, then answers itself or has other
 * nodes answer, as apid does.
 */
export function serve<S extends DescService>(
  router: ConnectRouter,
  node: TalosNode,
  service: S,
  implement: Implement<S>,
): void {
  const handlers: Record<string, Handler> = {}
  for (const method of service.methods) {
    const answer = answerer(implement as Implement<DescService>, method)
    const respond = method.methodKind === 'server_streaming' ? streamed : unary
    handlers[method.localName] = (request, context) =>
      respond({
        route: () => admit(node, method, context),
        answer: (target) => answer(target, request, context),
      })
  }
  router.service(service, handlers as Partial<ServiceImpl<S>>)
}

/** A call under way: where it goes, and what a node says to it. */
type Exchange = { route: () => Promise<Route>; answer: (target: TalosNode) => unknown }

function answerer(implement: Implement<DescService>, method: DescMethod) {
  return (node: TalosNode, request: unknown, context: HandlerContext): unknown => {
    const signal = AbortSignal.any([context.signal, node.signal])
    const call: Call = { ...callerOf(context), node, signal }
    const handler = implement(call)[method.localName] as Handler | undefined
    if (!handler) throw refuse('Unimplemented', `method ${method.name} not implemented`)
    return handler(request, context)
  }
}

async function admit(node: TalosNode, method: DescMethod, context: HandlerContext): Promise<Route> {
  const { faults } = node.world
  if (faults.has('nic-silent', node.board.name)) await untilAborted(context.signal)
  for (const fault of ['slow-node', 'api-slow'] as const) {
    if (faults.has(fault, node.board.name)) await sleep(lateMs[fault], undefined, { signal: context.signal })
  }
  authorize(`${method.parent.typeName}/${method.name}`, callerOf(context))
  return routeOf(node, method, context.requestHeader)
}

async function unary({ route, answer }: Exchange): Promise<unknown> {
  const target = await route()
  if (target.kind === 'one') return told(target.node, () => answer(target.node))
  const answers = target.nodes.map(async ({ asked, node }) => {
    try {
      if (!node) throw unreachable(asked)
      const { messages = [] } = (await told(node, () => answer(node))) as { messages?: object[] }
      return messages.map((message) => ({ ...message, metadata: { hostname: asked } }))
    } catch (error) {
      return [{ metadata: failure(asked, error) }]
    }
  })
  return { messages: (await Promise.all(answers)).flat() }
}

async function* streamed({ route, answer }: Exchange): AsyncGenerator<unknown> {
  const target = await route()
  if (target.kind === 'one') return yield* items(target.node, answer)
  for (const { asked, node } of target.nodes) {
    try {
      if (!node) throw unreachable(asked)
      for await (const item of items(node, answer)) yield { ...item, metadata: { hostname: asked } }
    } catch (error) {
      yield { metadata: failure(asked, error) }
    }
  }
}

async function* items(node: TalosNode, answer: Exchange['answer']): AsyncGenerator<object> {
  try {
    yield* answer(node) as AsyncIterable<object>
  } catch (error) {
    throw asStatus(node, error)
  }
}

async function told(node: TalosNode, answer: () => unknown): Promise<unknown> {
  try {
    return await answer()
  } catch (error) {
    throw asStatus(node, error)
  }
}

/** How one of many says that it failed. */
function failure(hostname: string, error: unknown) {
  const { code, rawMessage } = ConnectError.from(error)
  return { hostname, error: rawMessage, status: { code, message: rawMessage } }
}

/** What the caller is told. A bug of ours goes to the console, in full. */
function asStatus(node: TalosNode, error: unknown): unknown {
  if (error instanceof EtcdRefusal) return refuse('Unavailable', error.message)
  if (node.signal.aborted) return refuse('Unavailable', 'transport is closing')
  const expected = error instanceof ConnectError || (error instanceof Error && error.name === 'AbortError')
  if (!expected) node.console.write(`[rack] a bug: ${(error as Error).stack ?? error}`)
  return error
}
