import type { Fault } from '@homerack/errors'
import { causeOf } from '../bootstrap/observe-etcd.ts'
import type { KubernetesNode, KubernetesPort } from './kubernetes-port.ts'
import type { ProcedureNode } from './procedure.ts'

/** What a node says about itself. `because`: why it says nothing. */
export type NodeView = {
  readonly node: string
  readonly role: ProcedureNode['role']
  /** Undefined: Kubernetes does not know it. */
  readonly kubernetes: KubernetesNode | undefined
} & (
  | { readonly because: string }
  | { readonly because: undefined; readonly hostname: string; readonly talos: string }
)

export async function observeNode(
  { name: node, role, client }: ProcedureNode,
  kubernetes: KubernetesPort,
  signal?: AbortSignal,
): Promise<NodeView> {
  const known = { node, role, kubernetes: await kubernetes.node(node, signal) }
  try {
    const [hostname, { tag: talos }] = await Promise.all([
      client.hostname({ signal }),
      client.version({ signal }),
    ])
    return { ...known, because: undefined, hostname, talos }
  } catch (error) {
    signal?.throwIfAborted()
    return { ...known, because: causeOf(error) }
  }
}

/** A node must answer, and as itself. */
export function checkNode(view: NodeView): Fault[] {
  const { node: subject, because } = view
  if (because !== undefined)
    return [{ code: 'E_NODE_UNSEEN', subject, cause: because, hint: 'Is it powered, and at its address?' }]
  return isNamed(view.hostname, subject) ? [] : [otherNode(subject, view.hostname)]
}

/** Whether a host name, with a domain or without, is that of a node. */
export function isNamed(hostname: string, node: string): boolean {
  return hostname === node || hostname.startsWith(`${node}.`)
}

export function otherNode(subject: string, hostname: string): Fault {
  const hint =
    'Two nodes changed places, or the name in the machine config is another one. Nothing was changed.'
  return { code: 'E_NODE_OTHER', subject, cause: `the node that answers calls itself ${hostname}`, hint }
}
