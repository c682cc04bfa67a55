import type { KubeObject } from '../types/object.ts'

export type StoreEvent = {
  readonly revision: number
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
  readonly key: string
  readonly object: KubeObject
  readonly previous?: KubeObject
}

/** Where an object lives: its resource key (`deployments.apps`), namespace and name. */
export type Location = {
  readonly key: string
  readonly namespace?: string | undefined
  readonly name: string
}

export type StoreState = { revision: number; objects: Record<string, KubeObject[]> }

/**
 * The objects and the log of their changes, under one revision that only grows. Stored objects are never changed
 * in place: whoever wants another one puts a new one.
 */
export type Store = {
  revision(): number
  get(key: string, namespace: string | undefined, name: string): KubeObject | undefined
  /** In the order of etcd keys: namespace, then name. */
  list(key: string, namespace?: string): KubeObject[]
  dependents(uid: string): Location[]
  byUid(uid: string): { key: string; object: KubeObject } | undefined
  put(key: string, object: KubeObject): KubeObject
  remove(key: string, object: KubeObject): KubeObject
  subscribe(listener: (event: StoreEvent) => void): () => void
  /** Changes after a revision, or undefined where the log no longer reaches back that far. */
  since(revision: number): StoreEvent[] | undefined
  oldest(): number
  /** Forgets the log, as etcd does when it compacts: watches from older revisions are told 410. */
  compact(): void
  export(): StoreState
}

const logLimit = 20_000

export function createStore(initial?: StoreState): Store {
  const objects = new Map<string, Map<string, KubeObject>>()
  const owned = new Map<string, Map<string, Location>>()
  const uids = new Map<string, { key: string; object: KubeObject }>()
  const listeners = new Set<(event: StoreEvent) => void>()
  let revision = initial?.revision ?? 1
  let log: StoreEvent[] = []
  let compacted = revision

  const bucket = (key: string) => {
    const found = objects.get(key) ?? new Map<string, KubeObject>()
    objects.set(key, found)
    return found
  }
  const index = (key: string, object: KubeObject, present: boolean) => {
    const { uid, name, namespace, ownerReferences = [] } = object.metadata
    if (uid && present) uids.set(uid, { key, object })
    else if (uid) uids.delete(uid)
    for (const owner of ownerReferences) {
      const places = owned.get(owner.uid) ?? new Map<string, Location>()
      if (present) places.set(`${key}/${path(namespace, name)}`, { key, namespace, name })
      else places.delete(`${key}/${path(namespace, name)}`)
      if (places.size === 0) owned.delete(owner.uid)
      else owned.set(owner.uid, places)
    }
  }
  const record = (event: StoreEvent) => {
    log.push(event)
    if (log.length > logLimit) {
      const dropped = log.splice(0, logLimit / 2)
      compacted = dropped.at(-1)?.revision ?? compacted
    }
    for (const listener of [...listeners]) listener(event)
  }
  for (const [key, list] of Object.entries(initial?.objects ?? {})) {
    for (const object of list) {
      bucket(key).set(path(object.metadata.namespace, object.metadata.name), object)
      index(key, object, true)
    }
  }

  return {
    revision: () => revision,
    get: (key, namespace, name) => objects.get(key)?.get(path(namespace, name)),
    list(key, namespace) {
      const prefix = namespace === undefined ? '' : `${namespace}/`
      const found = [...(objects.get(key) ?? [])].filter(([place]) => place.startsWith(prefix))
      return found.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object)
    },
    dependents: (uid) => [...(owned.get(uid)?.values() ?? [])],
    byUid: (uid) => uids.get(uid),
    put(key, object) {
      revision += 1
      const stored = { ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } }
      const place = path(stored.metadata.namespace, stored.metadata.name)
      const previous = bucket(key).get(place)
      if (previous) index(key, previous, false)
      bucket(key).set(place, stored)
      index(key, stored, true)
      record(
        previous
          ? { revision, type: 'MODIFIED', key, object: stored, previous }
          : { revision, type: 'ADDED', key, object: stored },
      )
      return stored
    },
    remove(key, object) {
      revision += 1
      const gone = { ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } }
      const place = path(gone.metadata.namespace, gone.metadata.name)
      const previous = bucket(key).get(place)
      bucket(key).delete(place)
      if (previous) index(key, previous, false)
      record({ revision, type: 'DELETED', key, object: gone, ...(previous ? { previous } : {}) })
      return gone
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    since(from) {
      if (from < compacted) return undefined
      return log.slice(firstAfter(log, from))
    },
    oldest: () => compacted,
    compact() {
      log = []
      compacted = revision
    },
    export: () => ({
      revision,
      objects: Object.fromEntries([...objects].map(([key, bucket]) => [key, [...bucket.values()]])),
    }),
  }
}

/** Index of the first event with a revision greater than `from`. */
function firstAfter(log: readonly StoreEvent[], from: number): number {
  let low = 0
  let high = log.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((log[middle]?.revision ?? 0) > from) high = middle
    else low = middle + 1
  }
  return low
}

function path(namespace: string | undefined, name: string): string {
  return `${namespace ?? ''}/${name}`
}
