import { type Fault, FaultError } from '@homerack/errors'
import type { TalosCalls } from '../../calls/talos-calls.ts'
import type { KubernetesPort } from '../kubernetes-port.ts'
import { observeNode } from '../observe-node.ts'
import {
  follow,
  nodeOf,
  type ProcedureEvent,
  type ProcedureNode,
  type ProcedureOptions,
  type ProcedurePlan,
} from '../procedure.ts'
import { tagOf } from '../release.ts'
import { until } from '../until.ts'
import { imageIn, type KubernetesComponent, withVersion } from './component-images.ts'
import {
  type ComponentView,
  componentOrder,
  type KubernetesUpgradeObservation,
  type KubernetesUpgradeStep,
} from './plan-kubernetes-upgrade.ts'

export type KubernetesUpgradeTools = ProcedureOptions & {
  /** All nodes of the cluster. */
  readonly nodes: readonly ProcedureNode[]
  readonly kubernetes: KubernetesPort
}

type Task = KubernetesUpgradeTools & { readonly step: KubernetesUpgradeStep; readonly node: ProcedureNode }

export async function observeKubernetesUpgrade(
  tools: KubernetesUpgradeTools,
): Promise<KubernetesUpgradeObservation> {
  const { nodes, kubernetes, signal } = tools
  const views = nodes.map(async (node) => {
    const view = await observeNode(node, kubernetes, signal)
    if (view.because !== undefined) return { ...view, components: [] }
    const { spec } = await node.client.resources.get('MachineConfig', undefined, { signal })
    const components = componentOrder
      .filter((component) => node.role === 'controlplane' || component === 'kubelet')
      .map(async (component): Promise<ComponentView> => {
        const pod =
          component === 'kubelet' ? undefined : await kubernetes.staticPod(node.name, component, signal)
        const running = component === 'kubelet' ? view.kubernetes?.kubelet : pod && tagOf(pod.image)
        return { component, configured: imageIn(spec.reveal(), component), running }
      })
    return { ...view, components: await Promise.all(components) }
  })
  return { nodes: await Promise.all(views) }
}

/**
 * Does what `planKubernetesUpgrade` planned: for each step pulls the image, changes it in the node's machine config
 * without a reboot, and waits until the new version runs and is ready. Stops at the first failure. Nothing is
 * cordoned: pods keep running while their kubelet restarts.
 *
 * The objects that Talos makes once at bootstrap (kube-proxy, CoreDNS, flannel) are not brought up to date.
 *
 * @throws FaultError what the plan refuses; E_UPGRADE_TIMEOUT; faults of the calls.
 */
export function upgradeKubernetes(
  plan: ProcedurePlan<KubernetesUpgradeStep>,
  tools: KubernetesUpgradeTools,
): AsyncGenerator<ProcedureEvent, void> {
  return follow(plan, async function* (step) {
    const task = { ...tools, step, node: nodeOf(tools.nodes, step.node) }
    yield* pull(task)
    await configure(task)
    yield* waitForComponent(task)
  })
}

/** Before the config changes, so that the old version runs until the new one is there. */
async function* pull({ node, step, signal }: Task): AsyncGenerator<ProcedureEvent, void> {
  const { client, name } = node
  const images = await client.imageList('cri', { signal })
  if (images.some((image) => image.name === step.image)) return
  yield { type: 'step', node: name, action: 'pull', reason: step.image }
  for await (const _ of client.imagePull({ image: step.image, namespace: 'cri' }, { signal }));
}

async function configure({ node, step, signal }: Task): Promise<void> {
  const { spec } = await node.client.resources.get('MachineConfig', undefined, { signal })
  const config = withVersion(spec.reveal(), step.action, step.to)
  if (config === spec.reveal()) return
  if (config === undefined) throw new FaultError(gone(node.name, step.action))
  await node.client.applyConfiguration({ config, mode: 'no-reboot' }, { signal })
}

async function* waitForComponent(task: Task): AsyncGenerator<ProcedureEvent, void> {
  const { node, step, kubernetes, signal, waitMs = 300_000, pauseMs = 2000 } = task
  const { action, to } = step
  const look = () =>
    action === 'kubelet' ? kubeletMissing(node, to, kubernetes, signal) : podMissing(task, action)
  const hint = 'The steps that are done stay. Run it again when the cause is gone.'
  const late = { code: 'E_UPGRADE_TIMEOUT', hint } as const
  yield* until(look, { node: node.name, action, late, timeoutMs: waitMs, pauseMs, signal })
}

async function podMissing({ node, step, kubernetes, signal }: Task, component: string) {
  const pod = await kubernetes.staticPod(node.name, component, signal)
  if (!pod) return `there is no pod of ${component}`
  if (tagOf(pod.image) !== step.to) return `${component} still runs ${tagOf(pod.image)}`
  return pod.ready ? undefined : `${component} is not ready`
}

async function kubeletMissing(
  { name, client }: { name: string; client: Pick<TalosCalls, 'services'> },
  to: string,
  kubernetes: KubernetesPort,
  signal?: AbortSignal,
) {
  const kubelet = (await client.services({ signal })).find(({ id }) => id === 'kubelet')
  if (kubelet?.state !== 'Running' || !kubelet.healthy) return `kubelet is ${kubelet?.state ?? 'not there'}`
  const node = await kubernetes.node(name, signal)
  if (node?.kubelet !== to) return `Kubernetes still sees kubelet ${node?.kubelet ?? 'of nobody'}`
  return node.ready ? undefined : 'Kubernetes does not see it ready'
}

function gone(subject: string, component: KubernetesComponent): Fault {
  return {
    code: 'E_KUBERNETES_IMAGE',
    subject,
    cause: `its machine config no longer names an image for ${component}`,
  }
}
