import type { Clock } from '../clock.ts'
import { timestamp } from '../clock.ts'
import type { DeleteOptions } from '../registry/deletion.ts'
import type { Registry } from '../registry/registry.ts'
import type { Location, Store } from '../storage/store.ts'
import type { Catalogue } from '../types/catalogue.ts'
import type { JsonObject, KubeObject, ObjectMeta } from '../types/object.ts'
import { apiVersionOf, type Resource } from '../types/resource.ts'

/** The cluster as controllers see it. Writes go through the registry like those of any client. */
export type Cluster = {
  readonly store: Store
  readonly catalogue: Catalogue
  readonly clock: Clock
  now(): string
  /** A delay of so many milliseconds at full realism, in the rack's own pace. */
  pace(milliseconds: number): number
  get<T extends KubeObject>(key: string, namespace: string | undefined, name: string): T | undefined
  list<T extends KubeObject>(key: string, namespace?: string): T[]
  create(
    key: string,
    metadata: ObjectMeta | (Partial<ObjectMeta> & { generateName: string }),
    content: JsonObject,
  ): KubeObject
  update<T extends KubeObject>(key: string, object: T, change: (live: T) => T): void
  setStatus(key: string, object: KubeObject, status: object): void
  remove(key: string, object: KubeObject, options?: DeleteOptions): void
  /** Records a v1 Event about an object; a repeated one counts up. */
  record(about: KubeObject, type: 'Normal' | 'Warning', reason: string, message: string): void
}

const manager = 'kube-controller-manager'

export function createCluster(
  store: Store,
  registry: Registry,
  catalogue: Catalogue,
  clock: Clock,
  speed: number,
): Cluster {
  const resource = (key: string): Resource => {
    const found = catalogue.byKey(key)
    if (!found) throw new Error(`no resource ${key} is served`)
    return found
  }
  const cluster: Cluster = {
    store,
    catalogue,
    clock,
    now: () => timestamp(clock),
    pace: (milliseconds) => milliseconds * speed,
    get: <T extends KubeObject>(key: string, namespace: string | undefined, name: string) =>
      store.get(key, namespace, name) as T | undefined,
    list: <T extends KubeObject>(key: string, namespace?: string) => store.list(key, namespace) as T[],
    create(key, metadata, content) {
      const { kind } = resource(key)
      const identity = { name: '', ...metadata }
      const object = { apiVersion: apiVersionOf(resource(key)), kind, metadata: identity, ...content }
      return registry.create(resource(key), metadata.namespace, structuredClone(object), { manager })
    },
    update<T extends KubeObject>(key: string, object: T, change: (live: T) => T) {
      const { namespace, name } = object.metadata
      registry.update(resource(key), namespace, name, (live) => change(structuredClone(live) as T), {
        manager,
      })
    },
    setStatus(key, object, status) {
      const { namespace, name } = object.metadata
      if (!store.get(key, namespace, name)) return
      registry.update(resource(key), namespace, name, (live) => ({ ...live, status }), {
        manager,
        subresource: 'status',
      })
    },
    remove(key, object, options = {}) {
      const { namespace, name } = object.metadata
      if (store.get(key, namespace, name)?.metadata.uid !== object.metadata.uid) return
      registry.remove(resource(key), namespace, name, { propagation: 'Background', ...options })
    },
    record: (about, type, reason, message) => recordEvent(cluster, about, type, reason, message),
  }
  return cluster
}

const eventLimit = 1000

function recordEvent(cluster: Cluster, about: KubeObject, type: string, reason: string, message: string) {
  const { namespace = 'default', name, uid } = about.metadata
  const same = cluster
    .list('events', namespace)
    .find(
      (event) =>
        Object(event.involvedObject).uid === uid && event.reason === reason && event.message === message,
    )
  const now = cluster.now()
  if (same) {
    cluster.update('events', same, (event) => ({
      ...event,
      count: Number(event.count) + 1,
      lastTimestamp: now,
    }))
    return
  }
  const home = cluster.get('namespaces', undefined, namespace)
  if (!home || home.metadata.deletionTimestamp) return
  const all = cluster.list('events')
  const [oldest] =
    all.length < eventLimit
      ? []
      : all.sort((a, b) => String(a.lastTimestamp).localeCompare(String(b.lastTimestamp)))
  if (oldest) cluster.remove('events', oldest)
  cluster.create(
    'events',
    { generateName: `${name}.`, namespace },
    {
      involvedObject: {
        kind: about.kind,
        namespace: about.metadata.namespace,
        name,
        uid,
        apiVersion: about.apiVersion,
      },
      reason,
      message,
      type,
      count: 1,
      source: { component: manager },
      firstTimestamp: now,
      lastTimestamp: now,
      reportingComponent: manager,
      reportingInstance: '',
    },
  )
}

/** The location of a work key made by `workKey`. */
export function placeOf(key: string): { namespace: string | undefined; name: string } {
  const slash = key.indexOf('/')
  return { namespace: key.slice(0, slash) || undefined, name: key.slice(slash + 1) }
}

export function workKey(place: Pick<Location, 'namespace' | 'name'>): string {
  return `${place.namespace ?? ''}/${place.name}`
}
