import type { Node, Pod } from '../types/workloads.ts'
import { type Cluster, placeOf, workKey } from './cluster.ts'
import type { Controller } from './controller.ts'
import { missingConfiguration, missingVolume } from './kubelet-needs.ts'
import {
  crashed,
  creating,
  finished,
  readyOrNot,
  rehearsalOf,
  running,
  waitingFor,
} from './kubelet-status.ts'
import { isNodeReady } from './placement.ts'
import { isFinished, isReady } from './pods.ts'

/** How long things take at full realism, in milliseconds. */
const takes = { create: 300, ready: 300, work: 300, end: 200 }
const crashBackoff = { first: 1000, last: 300_000 }

/** The kubelets of all nodes: pods come up step by step, and end when they are deleted. */
export function kubelet(cluster: Cluster): Controller {
  const steps = createSteps(cluster)
  return {
    name: 'kubelet',
    affected: ({ key, type, object }) => {
      if (key === 'pods') {
        if (type === 'DELETED') steps.forget(object.metadata.uid ?? '')
        return [workKey(object.metadata)]
      }
      if (key === 'nodes') return podsOn(cluster, object.metadata.name).map((pod) => workKey(pod.metadata))
      if (key !== 'configmaps' && key !== 'secrets') return []
      const blocked = cluster
        .list<Pod>('pods', object.metadata.namespace)
        .filter((pod) => pod.status?.phase === 'Pending')
      return blocked.map((pod) => workKey(pod.metadata))
    },
    reconcile(work) {
      const { namespace, name } = placeOf(work)
      const pod = cluster.get<Pod>('pods', namespace, name)
      if (!pod?.spec.nodeName) return undefined
      const node = cluster.get<Node>('nodes', undefined, pod.spec.nodeName)
      if (!node) {
        cluster.remove('pods', pod, { gracePeriodSeconds: 0 })
        return undefined
      }
      if (!isNodeReady(node)) return undefined
      return pod.metadata.deletionTimestamp ? end(cluster, steps, pod) : advance(cluster, steps, pod, node)
    },
  }
}

export function podsOn(cluster: Cluster, node: string): Pod[] {
  return cluster.list<Pod>('pods').filter((pod) => pod.spec.nodeName === node)
}

type Steps = ReturnType<typeof createSteps>

/** Remembers when each pod began a step. Gives the milliseconds that the step still takes, 0 when it is over. */
function createSteps(cluster: Cluster) {
  const begun = new Map<string, { step: string; at: number }>()
  return {
    left(pod: Pod, step: string, milliseconds: number): number {
      const { uid = '' } = pod.metadata
      const now = cluster.clock.now().getTime()
      const current = begun.get(uid)
      if (current?.step !== step) begun.set(uid, { step, at: now })
      const since = current?.step === step ? current.at : now
      return Math.max(0, since + milliseconds - now)
    },
    forget: (uid: string) => begun.delete(uid),
  }
}

function end(cluster: Cluster, steps: Steps, pod: Pod): number | undefined {
  const left = steps.left(pod, 'end', cluster.pace(takes.end))
  if (left > 0) return left
  cluster.remove('pods', pod, { gracePeriodSeconds: 0 })
  return undefined
}

function advance(cluster: Cluster, steps: Steps, pod: Pod, node: Node): number | undefined {
  if (isFinished(pod)) return undefined
  const phase = pod.status?.containerStatuses ? pod.status.phase : 'New'
  if (phase === 'New') {
    cluster.setStatus('pods', pod, creating(cluster, pod, node))
    return undefined
  }
  return phase === 'Running' ? run(cluster, steps, pod) : start(cluster, steps, pod)
}

/** Pending: from ContainerCreating to Running, or to the reason why not. */
function start(cluster: Cluster, steps: Steps, pod: Pod): number | undefined {
  const volume = missingVolume(cluster, pod)
  if (volume) {
    cluster.record(pod, 'Warning', 'FailedMount', volume)
    return undefined
  }
  const left = steps.left(pod, 'create', cluster.pace(takes.create))
  if (left > 0) return left
  const image = [...(pod.spec.initContainers ?? []), ...pod.spec.containers].find(({ image }) =>
    /:[^/]*missing/.test(image),
  )
  if (image) {
    const message = `Back-off pulling image "${image.image}"`
    const first = pod.status?.containerStatuses?.some(
      (one) => 'waiting' in one.state && Object(one.state.waiting).reason === 'ImagePullBackOff',
    )
    if (first) return undefined
    cluster.record(pod, 'Warning', 'Failed', `Failed to pull image "${image.image}": not found`)
    cluster.setStatus('pods', pod, waitingFor(cluster, pod, 'ImagePullBackOff', message, image.name))
    return undefined
  }
  const configuration = missingConfiguration(cluster, pod)
  if (configuration) {
    cluster.setStatus('pods', pod, waitingFor(cluster, pod, 'CreateContainerConfigError', configuration))
    return undefined
  }
  if (rehearsalOf(pod) === 'crash') return crash(cluster, steps, pod)
  cluster.setStatus('pods', pod, running(cluster, pod))
  cluster.record(pod, 'Normal', 'Started', 'Started containers')
  return undefined
}

/** Running: to its end where it has one, to Ready where it does not. */
function run(cluster: Cluster, steps: Steps, pod: Pod): number | undefined {
  const rehearsal = rehearsalOf(pod)
  if (rehearsal === 'crash') return crash(cluster, steps, pod)
  if (pod.spec.restartPolicy !== 'Always') {
    const left = steps.left(pod, 'work', cluster.pace(takes.work))
    if (left > 0) return left
    cluster.setStatus('pods', pod, finished(cluster, pod, 'Succeeded'))
    return undefined
  }
  if (isReady(pod)) return undefined
  if (rehearsal === 'unready') {
    cluster.record(pod, 'Warning', 'Unhealthy', 'Readiness probe failed: rehearsed')
    return undefined
  }
  const delays = pod.spec.containers.map((one) => (one.readinessProbe?.initialDelaySeconds ?? 0) * 1000)
  const left = steps.left(pod, 'ready', cluster.pace(Math.max(takes.ready, ...delays)))
  if (left > 0) return left
  cluster.setStatus('pods', pod, readyOrNot(cluster, pod, true))
  return undefined
}

/** One crash after the other, with the kubelet's doubling pause between them. */
function crash(cluster: Cluster, steps: Steps, pod: Pod): number | undefined {
  const count = pod.status?.containerStatuses?.[0]?.restartCount ?? 0
  const seen = Boolean(
    pod.status?.containerStatuses?.some(
      (one) => 'waiting' in one.state && Object(one.state.waiting).reason === 'CrashLoopBackOff',
    ),
  )
  if (pod.spec.restartPolicy === 'Never') {
    cluster.setStatus('pods', pod, finished(cluster, pod, 'Failed'))
    return undefined
  }
  const pause = Math.max(crashBackoff.first, cluster.pace(Math.min(crashBackoff.last, 10_000 * 2 ** count)))
  const left = seen ? steps.left(pod, `crash ${count}`, pause) : 0
  if (left > 0) return left
  cluster.setStatus('pods', pod, crashed(cluster, pod))
  cluster.record(pod, 'Warning', 'BackOff', 'Back-off restarting failed container')
  return pause
}
