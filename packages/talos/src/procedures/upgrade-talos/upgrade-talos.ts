import { FaultError, faultsOf } from '@homerack/errors'
import { bootIdOf } from '../boot-id.ts'
import { cordoned } from '../cordoned.ts'
import { checkEtcd, checkReboot } from '../etcd/check-etcd.ts'
import { observeBesideEtcd, observeEtcdHealth } from '../etcd/observe-etcd-health.ts'
import type { KubernetesPort } from '../kubernetes-port.ts'
import { isNamed, observeNode, otherNode } from '../observe-node.ts'
import {
  controlPlanesOf,
  follow,
  nodeOf,
  type ProcedureEvent,
  type ProcedureNode,
  type ProcedureOptions,
  type ProcedurePlan,
} from '../procedure.ts'
import { until } from '../until.ts'
import type { TalosUpgradeObservation, TalosUpgradeStep } from './plan-talos-upgrade.ts'

export type TalosUpgradeTools = ProcedureOptions & {
  /** All nodes of the cluster. */
  readonly nodes: readonly ProcedureNode[]
  readonly kubernetes: KubernetesPort
}

type Task = TalosUpgradeTools & { readonly step: TalosUpgradeStep; readonly node: ProcedureNode }

export async function observeTalosUpgrade(tools: TalosUpgradeTools): Promise<TalosUpgradeObservation> {
  const { nodes, kubernetes, signal } = tools
  const look = Promise.all(nodes.map((node) => observeNode(node, kubernetes, signal)))
  const { seen, etcd } = await observeBesideEtcd(look, controlPlanesOf(nodes), checkReboot, signal)
  return { nodes: seen, etcd }
}

/**
 * Does what `planTalosUpgrade` planned, one node at a time, and stops at the first failure with that node
 * schedulable again. Uses LifecycleService.Upgrade (Talos 1.13 and later), which only installs; the older Upgrade
 * call drains and reboots by itself, goes away in 1.18, and is not needed for any version that homerack knows.
 *
 * @throws FaultError what the plan refuses; E_TALOS_INSTALLER, E_DRAIN_BLOCKED, E_UPGRADE_REVERTED (the new system
 * did not boot), E_UPGRADE_TIMEOUT, the faults of etcd's gate, E_NODE_CORDONED.
 */
export function upgradeTalos(
  plan: ProcedurePlan<TalosUpgradeStep>,
  tools: TalosUpgradeTools,
): AsyncGenerator<ProcedureEvent, void> {
  return follow(plan, (step) => {
    if (step.action === 'uncordon') return tools.kubernetes.uncordon(step.node, tools.signal)
    return upgradeNode({ ...tools, step, node: nodeOf(tools.nodes, step.node) })
  })
}

async function* upgradeNode(task: Task): AsyncGenerator<ProcedureEvent, void> {
  yield* gate(task, checkReboot)
  const name = yield* pull(task)
  yield* install(task, name)
  yield* cordoned({ drainMs: 600_000, ...task, node: task.node.name }, () => reboot(task))
  yield* gate(task, checkEtcd)
}

/** Waits for an etcd that can spare a control plane; workers need none. */
async function* gate(task: Task, check: typeof checkEtcd): AsyncGenerator<ProcedureEvent, void> {
  if (task.step.role === 'worker') return
  const { nodes, signal, waitMs = 300_000, pauseMs = 2000 } = task
  const look = async () => {
    const faults = check(
      await Promise.all(controlPlanesOf(nodes).map((node) => observeEtcdHealth(node, signal))),
    )
    return faults.length > 0 ? faults : undefined
  }
  yield { type: 'step', node: task.node.name, action: 'gate', reason: 'etcd must be whole before and after' }
  const late = { code: 'E_ETCD_UNHEALTHY' } as const
  const wait = { node: task.node.name, action: 'gate', late, timeoutMs: waitMs, pauseMs, signal }
  yield* until(look, wait)
}

/** The installer needs the name that the pull returned. */
async function* pull({ node, step, signal }: Task): AsyncGenerator<ProcedureEvent, string> {
  yield { type: 'step', node: node.name, action: 'pull', reason: step.image }
  for await (const event of node.client.imagePull({ image: step.image, namespace: 'system' }, { signal }))
    if (event.type === 'pulled') return event.name
  const cause = 'ImageService.Pull ended without the name of the image'
  throw new FaultError({ code: 'E_TALOS_PROTOCOL', subject: node.name, cause })
}

async function* install(task: Task, image: string): AsyncGenerator<ProcedureEvent, void> {
  const { node, step, signal } = task
  yield { type: 'step', node: node.name, action: 'install', reason: `${step.to} beside ${step.from}` }
  for await (const line of node.client.lifecycleUpgrade({ image }, { signal }))
    yield { type: 'output', node: node.name, action: 'install', reason: line }
}

async function* reboot(task: Task): AsyncGenerator<ProcedureEvent, undefined> {
  const { node, step, kubernetes, signal, rebootMs = 900_000, pauseMs = 2000 } = task
  const before = await bootIdOf(node.client, signal)
  yield { type: 'step', node: node.name, action: 'reboot', reason: `into ${step.to}` }
  await node.client.reboot('default', { signal }).catch(ignoreCutOff)
  const look = async () => {
    const bootId = await bootIdOf(node.client, signal)
    if (bootId === before) return 'it has not rebooted yet'
    const hostname = await node.client.hostname({ signal })
    if (!isNamed(hostname, node.name)) return otherNode(node.name, hostname)
    const { tag } = await node.client.version({ signal })
    if (tag !== step.to) return reverted(step, tag)
    const { spec } = await node.client.resources.get('MachineStatus', undefined, { signal })
    if (spec.stage !== 'running') return `it is ${spec.stage}`
    if (!spec.ready) return `it is not ready: ${spec.unmetConditions.map(({ reason }) => reason).join('; ')}`
    return readyIn(kubernetes, node.name, bootId, signal)
  }
  const hint = 'Look at its console. The other nodes were not touched.'
  const late = { code: 'E_UPGRADE_TIMEOUT', hint } as const
  yield* until(look, { node: node.name, action: 'reboot', late, timeoutMs: rebootMs, pauseMs, signal })
  return undefined
}

async function readyIn(kubernetes: KubernetesPort, name: string, bootId: string, signal?: AbortSignal) {
  const node = await kubernetes.node(name, signal)
  if (!node) return undefined
  if (node.bootId !== bootId) return 'its kubelet has not reported yet'
  return node.ready ? undefined : 'Kubernetes does not see it ready'
}

function reverted({ node: subject, to }: TalosUpgradeStep, tag: string) {
  const cause = `it came back with ${tag}: ${to} did not boot, and the boot loader went back`
  return {
    code: 'E_UPGRADE_REVERTED',
    subject,
    cause,
    hint: 'Its console says why. The node works as before.',
  } as const
}

/** A node may be gone before it has answered that it goes. Whether it went shows in its boot id. */
function ignoreCutOff(error: unknown): void {
  const codes = (faultsOf(error) ?? []).map(({ code }) => code)
  if (!codes.some((code) => /^E_TALOS_(UNREACHABLE|UNAVAILABLE|DEADLINE)$/.test(code))) throw error
}
