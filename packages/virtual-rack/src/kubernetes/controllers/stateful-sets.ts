import type { KubeObject } from '../types/object.ts'
import type { Pod, StatefulSet } from '../types/workloads.ts'
import { type Cluster, placeOf, workKey } from './cluster.ts'
import type { Controller } from './controller.ts'
import { controlledBy, controllerOf, createPod, isAvailable, isReady } from './pods.ts'
import { nextAvailable } from './replica-sets.ts'
import { currentRevision } from './revisions.ts'

const key = 'statefulsets.apps'
const revisionLabel = 'controller-revision-hash'

/** Keeps the numbered pods of a StatefulSet: up in order, down and updated from the highest. */
export function statefulSets(cluster: Cluster): Controller {
  return {
    name: 'statefulsets',
    affected: ({ key: changed, object }) => {
      if (changed === key) return [workKey(object.metadata)]
      const owner = changed === 'pods' ? controllerOf(object) : undefined
      return owner?.kind === 'StatefulSet'
        ? [workKey({ namespace: object.metadata.namespace, name: owner.name })]
        : []
    },
    reconcile(work) {
      const { namespace, name } = placeOf(work)
      const set = cluster.get<StatefulSet>(key, namespace, name)
      if (!set || set.metadata.deletionTimestamp) return undefined
      const revision = currentRevision(cluster, set).name
      const pods = controlledBy<Pod>(cluster, 'pods', set)
      step(cluster, set, pods, revision)
      writeStatus(cluster, set, revision)
      return nextAvailable(cluster, pods, set.spec.minReadySeconds)
    },
  }
}

/** Does the next thing that the order allows. */
function step(cluster: Cluster, set: StatefulSet, pods: readonly Pod[], revision: string) {
  const wanted = set.spec.replicas ?? 1
  const first = set.spec.ordinals?.start ?? 0
  const ordered = set.spec.podManagementPolicy !== 'Parallel'
  const byOrdinal = new Map(pods.map((pod) => [ordinalOf(pod), pod]))
  const healthy = (pod: Pod) =>
    isAvailable(cluster, pod, set.spec.minReadySeconds) && !pod.metadata.deletionTimestamp
  for (let ordinal = first; ordinal < first + wanted; ordinal++) {
    const pod = byOrdinal.get(ordinal)
    if (pod?.status?.phase === 'Failed') cluster.remove('pods', pod)
    if (!pod) createMember(cluster, set, ordinal, memberRevision(set, ordinal, revision))
    // A member of an older revision that never came up must not block its own update.
    const stuck = pod && !isReady(pod) && !pod.metadata.deletionTimestamp && isOutdated(set, pod, revision)
    if (stuck) cluster.remove('pods', pod)
    if (ordered && !(pod && healthy(pod))) return
  }
  const condemned = pods
    .filter((pod) => ordinalOf(pod) < first || ordinalOf(pod) >= first + wanted)
    .sort((a, b) => ordinalOf(b) - ordinalOf(a))
  for (const pod of condemned) {
    if (!pod.metadata.deletionTimestamp) cluster.remove('pods', pod)
    if (ordered) return
  }
  if (set.spec.updateStrategy?.type === 'OnDelete' || !pods.every(healthy)) return
  const outdated = pods.filter((pod) => isOutdated(set, pod, revision))
  const next = outdated.sort((a, b) => ordinalOf(b) - ordinalOf(a))[0]
  if (next) cluster.remove('pods', next)
}

function isOutdated(set: StatefulSet, pod: Pod, revision: string): boolean {
  const rolling = set.spec.updateStrategy?.type !== 'OnDelete'
  const partition = set.spec.updateStrategy?.rollingUpdate?.partition ?? 0
  return rolling && ordinalOf(pod) >= partition && pod.metadata.labels?.[revisionLabel] !== revision
}

/** Members below the partition are made again as they were, from the revision that is still current. */
function memberRevision(set: StatefulSet, ordinal: number, revision: string): string {
  const partition = set.spec.updateStrategy?.rollingUpdate?.partition ?? 0
  return ordinal < partition ? (set.status?.currentRevision ?? revision) : revision
}

function createMember(cluster: Cluster, set: StatefulSet, ordinal: number, revision: string) {
  const name = `${set.metadata.name}-${ordinal}`
  const claims = (set.spec.volumeClaimTemplates ?? []).map((template) => ({
    volume: template.metadata.name,
    claim: ensureClaim(cluster, set, template, name),
  }))
  const volumes = [
    ...(set.spec.template.spec.volumes ?? []).filter(
      (volume) => !claims.some((one) => one.volume === volume.name),
    ),
    ...claims.map(({ volume, claim }) => ({ name: volume, persistentVolumeClaim: { claimName: claim } })),
  ]
  const stored = cluster.get('controllerrevisions.apps', set.metadata.namespace, revision)
  const template = storedTemplate(stored) ?? set.spec.template
  const labels = {
    'statefulset.kubernetes.io/pod-name': name,
    'apps.kubernetes.io/pod-index': String(ordinal),
    [revisionLabel]: revision,
  }
  const spec = { hostname: name, subdomain: set.spec.serviceName ?? '', volumes }
  createPod(cluster, set, template, { name, labels }, spec)
}

function storedTemplate(revision: KubeObject | undefined): StatefulSet['spec']['template'] | undefined {
  const data = revision?.data as { spec?: { template?: StatefulSet['spec']['template'] } } | undefined
  if (!data?.spec?.template) return undefined
  const { metadata, spec } = data.spec.template
  return { ...(metadata ? { metadata } : {}), spec }
}

/** The claim of a member, kept over the member's lives. */
function ensureClaim(cluster: Cluster, set: StatefulSet, template: KubeObject, pod: string): string {
  const { namespace = '' } = set.metadata
  const name = `${template.metadata.name}-${pod}`
  if (!cluster.get('persistentvolumeclaims', namespace, name)) {
    const labels = { ...template.metadata.labels, ...set.spec.selector.matchLabels }
    cluster.create('persistentvolumeclaims', { name, namespace, labels }, { spec: template.spec })
  }
  return name
}

function writeStatus(cluster: Cluster, set: StatefulSet, revision: string) {
  const pods = controlledBy<Pod>(cluster, 'pods', set).filter((pod) => !pod.metadata.deletionTimestamp)
  const updated = pods.filter((pod) => pod.metadata.labels?.[revisionLabel] === revision)
  const ready = pods.filter(isReady)
  const wanted = set.spec.replicas ?? 1
  const complete = updated.length === wanted && pods.length === wanted && ready.length === wanted
  const before = set.status?.currentRevision ?? revision
  const current = complete ? revision : before
  cluster.setStatus(key, set, {
    observedGeneration: set.metadata.generation ?? 1,
    replicas: pods.length,
    readyReplicas: ready.length,
    availableReplicas: ready.filter((pod) => isAvailable(cluster, pod, set.spec.minReadySeconds)).length,
    updatedReplicas: updated.length,
    currentReplicas: pods.filter((pod) => pod.metadata.labels?.[revisionLabel] === current).length,
    currentRevision: current,
    updateRevision: revision,
    collisionCount: 0,
  })
}

function ordinalOf(pod: Pod): number {
  return Number(/-(\d+)$/.exec(pod.metadata.name)?.[1] ?? -1)
}
