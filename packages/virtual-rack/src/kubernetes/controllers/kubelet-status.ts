import type { Condition, Container, ContainerStatus, Node, Pod, PodStatus } from '../types/workloads.ts'
import type { Cluster } from './cluster.ts'
import { withCondition } from './conditions.ts'

/**
 * How a pod is asked to misbehave: annotation `homerack.dev/rehearsal` or, in a container, an environment variable
 * of that name or `HOMERACK_REHEARSAL`. `crash` exits again and again, `unready` never passes its probe.
 */
export function rehearsalOf(pod: Pod): string | undefined {
  const annotated = pod.metadata.annotations?.['homerack.dev/rehearsal']
  if (annotated) return annotated
  const variables = pod.spec.containers.flatMap((container) => container.env ?? [])
  return variables.find(({ name }) => name === 'homerack.dev/rehearsal' || name === 'HOMERACK_REHEARSAL')
    ?.value
}

export function creating(cluster: Cluster, pod: Pod, node: Node): PodStatus {
  const hostIP = node.status?.addresses?.find((one) => one.type === 'InternalIP')?.address
  const state = { waiting: { reason: 'ContainerCreating' } }
  return {
    ...withReady(cluster, pod, false, 'ContainersNotReady'),
    phase: 'Pending',
    startTime: cluster.now(),
    ...(hostIP ? { hostIP } : {}),
    containerStatuses: pod.spec.containers.map((container) => statusOf(container, state)),
  }
}

export function running(cluster: Cluster, pod: Pod): PodStatus {
  const podIP = pod.spec.hostNetwork ? pod.status?.hostIP : (pod.status?.podIP ?? freeAddress(cluster, pod))
  const state = { running: { startedAt: cluster.now() } }
  const status = withReady(cluster, pod, false, 'ContainersNotReady')
  return {
    ...status,
    phase: 'Running',
    ...(podIP ? { podIP, podIPs: [{ ip: podIP }] } : {}),
    containerStatuses: pod.spec.containers.map((container) => ({
      ...statusOf(container, state),
      restartCount: restartsOf(pod, container),
      started: true,
    })),
    ...(pod.spec.initContainers
      ? { initContainerStatuses: pod.spec.initContainers.map((one) => completed(cluster, one)) }
      : {}),
  }
}

export function readyOrNot(
  cluster: Cluster,
  pod: Pod,
  ready: boolean,
  reason = 'ContainersNotReady',
): PodStatus {
  const statuses = pod.status?.containerStatuses?.map((status) => ({ ...status, ready }))
  return { ...withReady(cluster, pod, ready, reason), ...(statuses ? { containerStatuses: statuses } : {}) }
}

export function waitingFor(
  cluster: Cluster,
  pod: Pod,
  reason: string,
  message: string,
  container?: string,
): PodStatus {
  const statuses = pod.status?.containerStatuses?.map((status) =>
    container === undefined || status.name === container
      ? { ...status, state: { waiting: { reason, message } } }
      : status,
  )
  return {
    ...withReady(cluster, pod, false, 'ContainersNotReady'),
    phase: 'Pending',
    ...(statuses ? { containerStatuses: statuses } : {}),
  }
}

export function crashed(cluster: Cluster, pod: Pod): PodStatus {
  const now = cluster.now()
  const terminated = { exitCode: 1, reason: 'Error', startedAt: now, finishedAt: now }
  const message = `back-off restarting failed container in pod ${pod.metadata.name}`
  return {
    ...withReady(cluster, pod, false, 'ContainersNotReady'),
    phase: 'Running',
    containerStatuses: pod.spec.containers.map((container) => ({
      ...statusOf(container, { waiting: { reason: 'CrashLoopBackOff', message } }),
      restartCount: restartsOf(pod, container) + 1,
      lastState: { terminated },
    })),
  }
}

export function finished(cluster: Cluster, pod: Pod, phase: 'Succeeded' | 'Failed'): PodStatus {
  const good = phase === 'Succeeded'
  const now = cluster.now()
  const terminated = {
    exitCode: good ? 0 : 1,
    reason: good ? 'Completed' : 'Error',
    startedAt: now,
    finishedAt: now,
  }
  return {
    ...withReady(cluster, pod, false, good ? 'PodCompleted' : 'PodFailed'),
    phase,
    containerStatuses: pod.spec.containers.map((container) => statusOf(container, { terminated })),
  }
}

function withReady(cluster: Cluster, pod: Pod, ready: boolean, reason: string): PodStatus {
  const status = ready ? 'True' : 'False'
  const why = ready ? {} : { reason }
  const now = cluster.now()
  const started: Condition[] = [
    { type: 'Initialized', status: 'True' },
    { type: 'PodReadyToStartContainers', status: 'True' },
    { type: 'ContainersReady', status, ...why },
    { type: 'Ready', status, ...why },
  ]
  const conditions = started.reduce(
    (list, one) => withCondition(list, one, now),
    pod.status?.conditions ?? [],
  )
  return { phase: 'Pending', ...pod.status, conditions }
}

function statusOf(container: Container, state: ContainerStatus['state']): ContainerStatus {
  const { name, image } = container
  return { name, image, imageID: '', ready: false, started: false, restartCount: 0, state, lastState: {} }
}

function restartsOf(pod: Pod, container: Container): number {
  return pod.status?.containerStatuses?.find((status) => status.name === container.name)?.restartCount ?? 0
}

function completed(cluster: Cluster, container: Container): ContainerStatus {
  const now = cluster.now()
  const terminated = { exitCode: 0, reason: 'Completed', startedAt: now, finishedAt: now }
  return { ...statusOf(container, { terminated }), ready: true }
}

/** The first free address of the node's pod range. */
function freeAddress(cluster: Cluster, pod: Pod): string | undefined {
  const range = cluster.get<Node>('nodes', undefined, pod.spec.nodeName ?? '')?.spec.podCIDR
  const base = /^(\d+\.\d+\.\d+)\./.exec(range ?? '')?.[1]
  if (!base) return undefined
  const neighbours = cluster.list<Pod>('pods').filter((one) => one.spec.nodeName === pod.spec.nodeName)
  const taken = new Set(neighbours.map((one) => one.status?.podIP))
  for (let number = 2; number < 255; number++) if (!taken.has(`${base}.${number}`)) return `${base}.${number}`
  return undefined
}
