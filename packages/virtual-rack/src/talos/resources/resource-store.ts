import { stringify } from 'yaml'

/** A COSI resource. */
export type Resource = {
  namespace: string
  type: string
  id: string
  version: number
  owner: string
  created: Date
  updated: Date
  labels: Record<string, string>
  annotations?: Record<string, string>
  spec: unknown
  /** The spec as protobuf, where a client insists on it. */
  proto?: Uint8Array
}

/** What a resource should be. */
export type ResourceEntry = Pick<Resource, 'namespace' | 'type' | 'id' | 'spec' | 'proto' | 'annotations'> & {
  labels?: Record<string, string>
}

export type ResourceChange =
  | { kind: 'created'; resource: Resource }
  | { kind: 'updated'; resource: Resource; old: Resource }
  | { kind: 'destroyed'; resource: Resource }

export type ResourceStore = {
  /** Makes the store hold exactly these; watchers hear of the differences. */
  replace(entries: readonly ResourceEntry[]): void
  get(namespace: string, type: string, id: string): Resource | undefined
  list(namespace: string, type: string): Resource[]
  /** Hears of every change until the returned function is called. */
  watch(listener: (change: ResourceChange) => void): () => void
}

export function createResourceStore(now: () => Date): ResourceStore {
  const resources = new Map<string, Resource>()
  const listeners = new Set<(change: ResourceChange) => void>()
  const keyOf = ({ namespace, type, id }: ResourceEntry) => `${type}/${namespace}/${id}`
  const tell = (change: ResourceChange) => {
    for (const listener of listeners) listener(change)
  }
  const put = (entry: ResourceEntry) => {
    const old = resources.get(keyOf(entry))
    const labels = entry.labels ?? {}
    if (old && same(old.spec, entry.spec) && same(old.labels, labels)) return
    const time = now()
    const resource = {
      ...entry,
      labels,
      version: (old?.version ?? 0) + 1,
      owner: `${entry.type.split('.')[1]}.Controller`,
      created: old?.created ?? time,
      updated: time,
    }
    resources.set(keyOf(entry), resource)
    tell(old ? { kind: 'updated', resource, old } : { kind: 'created', resource })
  }
  return {
    replace(entries) {
      const wanted = new Set(entries.map(keyOf))
      for (const [key, resource] of resources) {
        if (wanted.has(key)) continue
        resources.delete(key)
        tell({ kind: 'destroyed', resource })
      }
      for (const entry of entries) put(entry)
    },
    get: (namespace, type, id) => resources.get(keyOf({ namespace, type, id, spec: undefined })),
    list: (namespace, type) =>
      [...resources.values()]
        .filter((each) => each.type === type && each.namespace === namespace)
        .toSorted((a, b) => a.id.localeCompare(b.id)),
    watch(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/** A resource's spec as the API carries it. A machine config is one string that holds YAML (Talos 1.13). */
export function yamlOf(resource: Resource): string {
  return stringify(resource.spec, { lineWidth: 0 })
}

function same(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b)
}
