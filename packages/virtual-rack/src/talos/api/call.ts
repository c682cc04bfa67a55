import { Code, ConnectError, createContextKey, type HandlerContext } from '@connectrpc/connect'
import type { TalosNode } from '../talos-node.ts'

export type Role =
  | 'os:admin'
  | 'os:operator'
  | 'os:reader'
  | 'os:etcd:backup'
  | 'os:meta:writer'
  | 'os:impersonator'
  | 'os:image:verifier'

/** Who calls a node, and how: `roles` are the organizations of the client certificate. */
export type Caller = { roles: ReadonlySet<string>; maintenance: boolean }

/** A request as a method sees it. `node` is the one that must answer, after forwarding. */
export type Call = Caller & { node: TalosNode; signal: AbortSignal }

export const callerKey = createContextKey<Caller>({ roles: new Set(), maintenance: false })

export function callerOf(context: HandlerContext): Caller {
  return context.values.get(callerKey)
}

/** A refusal with a gRPC status, in Talos' words where they are known. */
export function refuse(code: keyof typeof Code, message: string): ConnectError {
  return new ConnectError(message, Code[code])
}
