import { type ApiResource, pathOf } from '../cluster/api-resources.ts'
import type { Cluster } from '../cluster/cluster.ts'
import type { KubeObject } from '../object/kube-object.ts'
import type { ObjectRef } from '../object/object-ref.ts'
import type { Surroundings } from './explain.ts'
import { type Collection, follow, type Picture } from './follow.ts'
import type { Target } from './targets.ts'

/** The live objects as far as they are followed. */
export type View = {
  find(ref: ObjectRef): KubeObject | undefined
  surroundings(namespace: string | undefined): Surroundings
}

const pods: ApiResource = { group: '', version: 'v1', kind: 'Pod', plural: 'pods', namespaced: true }
const events: ApiResource = { group: '', version: 'v1', kind: 'Event', plural: 'events', namespaced: true }

/**
 * Follows the objects of the targets, and the pods and events around them, and calls `onChange` when anything
 * changes, but not before all of it was seen once. Runs until the signal.
 */
export async function watchTargets(
  cluster: Cluster,
  targets: readonly Target[],
  signal: AbortSignal,
  onChange: (view: View) => void,
): Promise<void> {
  const resources = await cluster.resources()
  const pictures = new Map<string, Picture>()
  const pathFor = ({ apiVersion, kind, namespace }: ObjectRef) => {
    const resource = resources.find(apiVersion, kind)
    return resource && pathOf(resource, namespace)
  }
  const objectsOf = (path: string | undefined) => pictures.get(path ?? '') ?? new Map<string, KubeObject>()
  const view: View = {
    find: (ref) => objectsOf(pathFor(ref)).get(`${ref.namespace ?? ''}/${ref.name}`),
    surroundings: (namespace) => ({
      pods: namespace === undefined ? [] : [...objectsOf(pathOf(pods, namespace)).values()],
      events: namespace === undefined ? [] : [...objectsOf(pathOf(events, namespace)).values()],
    }),
  }
  const collections = toCollections(targets, pathFor)
  if (collections.length === 0) onChange(view)
  await Promise.all(
    collections.map((collection) =>
      follow(cluster, collection, signal, (picture) => {
        pictures.set(collection.path, picture)
        if (pictures.size === collections.length) onChange(view)
      }),
    ),
  )
}

/** One collection for each kind in each namespace, and the pods and events of these namespaces. */
function toCollections(
  targets: readonly Target[],
  pathFor: (ref: ObjectRef) => string | undefined,
): Collection[] {
  const names = new Map<string, Set<string>>()
  for (const { ref } of targets) {
    const path = pathFor(ref)
    if (path === undefined) continue
    names.set(path, (names.get(path) ?? new Set()).add(ref.name))
  }
  const own = [...names].map(([path, [first, second]]): Collection => {
    return { path, fieldSelector: second === undefined ? `metadata.name=${first}` : undefined }
  })
  const namespaces = new Set(targets.flatMap(({ ref, gone }) => (gone ? [] : (ref.namespace ?? []))))
  const around = [...namespaces].flatMap((namespace) => [pathOf(pods, namespace), pathOf(events, namespace)])
  return [...own.filter(({ path }) => !around.includes(path)), ...around.map((path) => ({ path }))]
}
