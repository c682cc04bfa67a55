import { type Fault, FaultError, faultsOf } from '@homerack/errors'
import type { TalosCalls } from '../../calls/talos-calls.ts'
import type { SecretText } from '../../secret-text.ts'
import { cordoned } from '../cordoned.ts'
import { checkEtcd, checkQuorumWithout } from '../etcd/check-etcd.ts'
import { type EtcdView, observeBesideEtcd, observeEtcdHealth } from '../etcd/observe-etcd-health.ts'
import type { KubernetesPort } from '../kubernetes-port.ts'
import { observeNode } from '../observe-node.ts'
import {
  controlPlanesOf,
  follow,
  nodeOf,
  type ProcedureEvent,
  type ProcedureNode,
  type ProcedureOptions,
  type ProcedurePlan,
  type Work,
} from '../procedure.ts'
import { until } from '../until.ts'
import type { MembershipObservation, MembershipStep } from './plan-membership.ts'

export type MembershipTools = ProcedureOptions & {
  /** The node that goes and all control planes. */
  readonly nodes: readonly ProcedureNode[]
  readonly kubernetes: KubernetesPort
}

/** A machine in maintenance mode that takes a node's place. `node.client` reaches it once it is configured. */
export type Replacement = {
  readonly node: ProcedureNode
  readonly maintenance: Pick<TalosCalls, 'applyConfiguration'>
  readonly config: Pick<SecretText, 'reveal'>
}

type Task = MembershipTools & { readonly step: MembershipStep; readonly replacement?: Replacement }

export async function observeMembership(
  name: string,
  tools: MembershipTools,
): Promise<MembershipObservation> {
  const { nodes, kubernetes, signal } = tools
  const look = observeNode(nodeOf(nodes, name), kubernetes, signal)
  const check = (views: readonly EtcdView[]) => checkQuorumWithout(name, views)
  const { seen: node, etcd } = await observeBesideEtcd(look, controlPlanesOf(nodes), check, signal)
  return { node, etcd }
}

function observeAll(nodes: readonly ProcedureNode[], signal: AbortSignal | undefined): Promise<EtcdView[]> {
  return Promise.all(controlPlanesOf(nodes).map((node) => observeEtcdHealth(node, signal)))
}

function refuseIf(faults: readonly Fault[]): void {
  if (faults.length > 0) throw new FaultError(faults)
}

/**
 * Does what `planNodeRemoval` planned. A living node is drained first; if that fails it stays, schedulable.
 *
 * @throws FaultError what the plan refuses; E_DRAIN_BLOCKED, E_REMOVAL_TIMEOUT, E_NODE_CORDONED; faults of the calls.
 */
export function removeNode(
  plan: ProcedurePlan<MembershipStep>,
  tools: MembershipTools,
): AsyncGenerator<ProcedureEvent, void> {
  return follow(plan, (step) => actions[step.action]({ ...tools, step }))
}

/** Does what `planNodeReplacement` planned. @throws FaultError as `removeNode`, and E_JOIN_TIMEOUT. */
export function replaceNode(
  plan: ProcedurePlan<MembershipStep>,
  tools: MembershipTools & { readonly replacement: Replacement },
): AsyncGenerator<ProcedureEvent, void> {
  return follow(plan, (step) => actions[step.action]({ ...tools, step }))
}

const actions: Record<MembershipStep['action'], (task: Task) => Work> = {
  reset: ({ step, drainMs = 600_000, ...tools }) => {
    const task = { ...tools, step }
    return cordoned({ ...tools, drainMs, node: step.node }, () => reset(task))
  },
  'remove-member': async ({ nodes, step, signal }) => {
    const others = controlPlanesOf(nodes).filter(({ name }) => name !== step.node)
    refuseIf(checkQuorumWithout(step.node, await observeAll(others, signal)))
    await throughAnyone(others, (client) => client.etcdRemoveMember(step.memberId ?? '', { signal }))
  },
  'delete-node': ({ kubernetes, step, signal }) => kubernetes.deleteNode(step.node, signal),
  configure: async ({ replacement, signal }) => {
    if (!replacement || (await answers(replacement.node.client, signal))) return
    const config = replacement.config.reveal()
    await replacement.maintenance.applyConfiguration({ config, mode: 'auto' }, { signal })
  },
  join: (task) => {
    const { step, signal, rebootMs = 900_000, pauseMs = 2000 } = task
    const hint = 'Its console says what it waits for. Run it again: what is done is not done twice.'
    const late = { code: 'E_JOIN_TIMEOUT', hint } as const
    return until(() => notJoined(task), {
      node: step.node,
      action: 'join',
      late,
      timeoutMs: rebootMs,
      pauseMs,
      signal,
    })
  },
}

async function* reset(task: Task): AsyncGenerator<ProcedureEvent, 'gone'> {
  const { nodes, step, signal, rebootMs = 900_000, pauseMs = 2000 } = task
  const { client } = nodeOf(nodes, step.node)
  // The drain may have taken long.
  if (step.memberId !== undefined) refuseIf(checkEtcd(await observeAll(nodes, signal)))
  const stays = step.afterwards === 'maintenance'
  const partitions = stays ? ['STATE', 'EPHEMERAL'] : []
  await client.reset({ graceful: true, reboot: stays, partitions }, { signal })
  const look = async () => {
    const members = await membersWithout(task)
    if (members.some(({ id }) => id === step.memberId)) return 'it is still a member of etcd'
    return (await answers(client, signal)) ? 'it is being reset' : undefined
  }
  const late = { code: 'E_REMOVAL_TIMEOUT', hint: 'Its console says what the reset waits for.' } as const
  yield* until(look, { node: step.node, action: 'reset', late, timeoutMs: rebootMs, pauseMs, signal })
  return 'gone'
}

async function membersWithout({ nodes, step, signal }: Task) {
  if (step.memberId === undefined) return []
  const others = controlPlanesOf(nodes).filter(({ name }) => name !== step.node)
  return throughAnyone(others, (client) => client.etcdMembers({}, { signal }))
}

async function answers(client: TalosCalls, signal?: AbortSignal): Promise<boolean> {
  return client.version({ signal, timeoutMs: 3000 }).then(
    () => true,
    (error: unknown) => {
      signal?.throwIfAborted()
      if (!faultsOf(error)) throw error
      return false
    },
  )
}

async function notJoined({ replacement, kubernetes, signal }: Task): Promise<string | undefined> {
  if (!replacement) return undefined
  const { name, role, client } = replacement.node
  if (role === 'controlplane') {
    const view = await observeEtcdHealth({ name, client }, signal)
    if (view.because !== undefined) return view.because
    if (view.isLearner) return 'it still learns and does not vote'
  }
  const node = await kubernetes.node(name, signal)
  if (!node) return 'Kubernetes does not know it yet'
  return node.ready ? undefined : 'Kubernetes does not see it ready'
}

/** The first of the nodes that does it. @throws the last one's error. */
async function throughAnyone<T>(
  nodes: readonly ProcedureNode[],
  call: (client: TalosCalls) => Promise<T>,
): Promise<T> {
  let failure: unknown = new FaultError({
    code: 'E_ETCD_QUORUM',
    subject: 'etcd',
    cause: 'there is no other control plane',
  })
  for (const { client } of nodes) {
    try {
      return await call(client)
    } catch (error) {
      if (!faultsOf(error)) throw error
      failure = error
    }
  }
  throw failure
}
