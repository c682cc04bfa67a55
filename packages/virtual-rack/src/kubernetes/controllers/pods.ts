import { createHash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { KubeObject, ObjectMeta, OwnerReference } from '../types/object.ts'
import type { Pod, Template } from '../types/workloads.ts'
import type { Cluster } from './cluster.ts'
import { hasCondition } from './conditions.ts'

export function isReady(pod: Pod): boolean {
  return hasCondition(pod.status?.conditions, 'Ready')
}

/** Neither finished nor on its way out. */
export function isActive(pod: Pod): boolean {
  return !pod.metadata.deletionTimestamp && !isFinished(pod)
}

export function isFinished(pod: Pod): boolean {
  return pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed'
}

/** Ready for at least so many seconds of the rack's pace. */
export function isAvailable(cluster: Cluster, pod: Pod, minReadySeconds = 0): boolean {
  return isReady(pod) && availableIn(cluster, pod, minReadySeconds) <= 0
}

/** Milliseconds until a ready pod counts as available. */
export function availableIn(cluster: Cluster, pod: Pod, minReadySeconds = 0): number {
  const since = pod.status?.conditions?.find((one) => one.type === 'Ready')?.lastTransitionTime
  if (minReadySeconds === 0 || !since) return 0
  return Date.parse(since) + cluster.pace(minReadySeconds * 1000) - cluster.clock.now().getTime()
}

export function controllerOf(object: KubeObject): OwnerReference | undefined {
  return object.metadata.ownerReferences?.find((owner) => owner.controller === true)
}

/** The objects of a kind that an owner controls. */
export function controlledBy<T extends KubeObject>(cluster: Cluster, key: string, owner: KubeObject): T[] {
  const { uid, namespace } = owner.metadata
  const places = uid === undefined ? [] : cluster.store.dependents(uid).filter((place) => place.key === key)
  return places
    .flatMap((place) => cluster.get<T>(key, namespace, place.name) ?? [])
    .filter((object) => controllerOf(object)?.uid === uid)
    .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))
}

export function ownerReference(owner: KubeObject): OwnerReference {
  const { apiVersion, kind, metadata } = owner
  return {
    apiVersion,
    kind,
    name: metadata.name,
    uid: metadata.uid ?? '',
    controller: true,
    blockOwnerDeletion: true,
  }
}

/** Makes a pod from a template. A pod that admission refuses is reported on its owner and refused again. */
export function createPod(
  cluster: Cluster,
  owner: KubeObject,
  template: Template,
  identity: Partial<ObjectMeta> & ({ name: string } | { generateName: string }),
  spec: object = {},
) {
  const { labels, annotations } = template.metadata ?? {}
  const metadata = {
    name: '',
    ...identity,
    namespace: owner.metadata.namespace ?? '',
    labels: { ...labels, ...identity.labels },
    ...(annotations ? { annotations } : {}),
    ownerReferences: [ownerReference(owner)],
  }
  try {
    const pod = cluster.create('pods', metadata, { spec: { ...template.spec, ...spec } })
    cluster.record(owner, 'Normal', 'SuccessfulCreate', `Created pod: ${pod.metadata.name}`)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    cluster.record(owner, 'Warning', 'FailedCreate', `Error creating: ${message}`)
    throw error
  }
}

const hashLabels = ['pod-template-hash', 'controller-revision-hash', 'pod-template-generation']

/** Ten letters that stand for a template, in the alphabet of generated names. */
export function templateHash(template: Template): string {
  const digest = createHash('sha256')
    .update(stable(withoutHash(template)))
    .digest()
  const alphabet = 'bcdfghjklmnpqrstvwxz2456789'
  return [...digest.subarray(0, 10)].map((byte) => alphabet[byte % alphabet.length]).join('')
}

export function sameTemplate(a: Template, b: Template): boolean {
  return isDeepStrictEqual(withoutHash(a), withoutHash(b))
}

function withoutHash(template: Template): Template {
  const labels = Object.entries(template.metadata?.labels ?? {}).filter(
    ([name]) => !hashLabels.includes(name),
  )
  return { ...template, metadata: { ...template.metadata, labels: Object.fromEntries(labels) } }
}

/** JSON with sorted keys. */
function stable(value: unknown): string {
  return JSON.stringify(value, (_, child) =>
    child && typeof child === 'object' && !Array.isArray(child)
      ? Object.fromEntries(Object.entries(child).sort(([a], [b]) => (a < b ? -1 : 1)))
      : child,
  )
}
