import type { DaemonSet, Node, Pod } from '../types/workloads.ts'
import { type Cluster, placeOf, workKey } from './cluster.ts'
import type { Controller } from './controller.ts'
import { matchesNode, misfit } from './placement.ts'
import { controlledBy, controllerOf, createPod, isAvailable, isFinished, isReady } from './pods.ts'
import { nextAvailable } from './replica-sets.ts'
import { currentRevision } from './revisions.ts'
import { resolve } from './rollout.ts'

const key = 'daemonsets.apps'
const revisionLabel = 'controller-revision-hash'

/** What the controller lets every daemon pod put up with. */
const tolerations = [
  { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute' },
  { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute' },
  { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/disk-pressure', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/memory-pressure', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/unschedulable', operator: 'Exists', effect: 'NoSchedule' },
]

/** Keeps one pod of a DaemonSet on every node that takes it. */
export function daemonSets(cluster: Cluster): Controller {
  return {
    name: 'daemonsets',
    affected: ({ key: changed, object }) => {
      if (changed === key) return [workKey(object.metadata)]
      if (changed === 'nodes') return cluster.list(key).map((set) => workKey(set.metadata))
      const owner = changed === 'pods' ? controllerOf(object) : undefined
      return owner?.kind === 'DaemonSet'
        ? [workKey({ namespace: object.metadata.namespace, name: owner.name })]
        : []
    },
    reconcile(work) {
      const { namespace, name } = placeOf(work)
      const set = cluster.get<DaemonSet>(key, namespace, name)
      if (!set || set.metadata.deletionTimestamp) return undefined
      const { hash } = currentRevision(cluster, set)
      const nodes = cluster.list<Node>('nodes').filter((node) => takes(set, node))
      const pods = controlledBy<Pod>(cluster, 'pods', set)
      for (const pod of pods) {
        const misplaced = !nodes.some((node) => node.metadata.name === nodeOf(pod))
        if ((misplaced || isFinished(pod)) && !pod.metadata.deletionTimestamp) cluster.remove('pods', pod)
      }
      for (const node of nodes) {
        if (!pods.some((pod) => nodeOf(pod) === node.metadata.name)) place(cluster, set, node, hash)
      }
      update(cluster, set, pods, hash, nodes.length)
      writeStatus(cluster, set, nodes, hash)
      return nextAvailable(cluster, pods, set.spec.minReadySeconds)
    },
  }
}

function place(cluster: Cluster, set: DaemonSet, node: Node, hash: string) {
  const { spec } = set.spec.template
  const labels = { [revisionLabel]: hash, 'pod-template-generation': String(set.metadata.generation ?? 1) }
  createPod(
    cluster,
    set,
    set.spec.template,
    { generateName: `${set.metadata.name}-`, labels },
    {
      affinity: pinnedTo(node),
      tolerations: [...(spec.tolerations ?? []), ...tolerations],
    },
  )
}

function takes(set: DaemonSet, node: Node): boolean {
  const { spec } = set.spec.template
  const pod = {
    ...set,
    spec: { ...spec, tolerations: [...(spec.tolerations ?? []), ...tolerations] },
  } as unknown as Pod
  return matchesNode(pod, node) && misfit(pod, node) === undefined
}

function pinnedTo(node: Node): object {
  const matchFields = [{ key: 'metadata.name', operator: 'In', values: [node.metadata.name] }]
  return {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchFields }] },
    },
  }
}

/** The node that a pod runs on, or is pinned to. */
function nodeOf(pod: Pod): string | undefined {
  if (pod.spec.nodeName) return pod.spec.nodeName
  const text = JSON.stringify(pod.spec.affinity ?? {})
  return /"matchFields":\[\{"key":"metadata\.name","operator":"In","values":\["([^"]+)"\]/.exec(text)?.[1]
}

/** Replaces outdated pods, no more at once than may be unavailable. */
function update(cluster: Cluster, set: DaemonSet, pods: readonly Pod[], hash: string, wanted: number) {
  if (set.spec.updateStrategy?.type === 'OnDelete') return
  const limit = Math.max(
    1,
    resolve(set.spec.updateStrategy?.rollingUpdate?.maxUnavailable ?? 1, wanted, Math.ceil),
  )
  const up = (pod: Pod) =>
    isAvailable(cluster, pod, set.spec.minReadySeconds) && !pod.metadata.deletionTimestamp
  const outdated = pods.filter(
    (pod) => pod.metadata.labels?.[revisionLabel] !== hash && !pod.metadata.deletionTimestamp,
  )
  for (const pod of outdated.filter((one) => !up(one))) cluster.remove('pods', pod)
  let spare = limit - (wanted - pods.filter(up).length)
  for (const pod of outdated.filter(up)) {
    if (spare <= 0) return
    cluster.remove('pods', pod)
    spare -= 1
  }
}

function writeStatus(cluster: Cluster, set: DaemonSet, nodes: readonly Node[], hash: string) {
  const pods = controlledBy<Pod>(cluster, 'pods', set).filter((pod) => !pod.metadata.deletionTimestamp)
  const available = pods.filter((pod) => isAvailable(cluster, pod, set.spec.minReadySeconds)).length
  cluster.setStatus(key, set, {
    currentNumberScheduled: pods.length,
    numberMisscheduled: 0,
    desiredNumberScheduled: nodes.length,
    numberReady: pods.filter(isReady).length,
    updatedNumberScheduled: pods.filter((pod) => pod.metadata.labels?.[revisionLabel] === hash).length,
    numberAvailable: available,
    ...(available < nodes.length ? { numberUnavailable: nodes.length - available } : {}),
    observedGeneration: set.metadata.generation ?? 1,
  })
}
