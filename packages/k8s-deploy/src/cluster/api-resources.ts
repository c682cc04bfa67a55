import { at, listAt, textAt } from '../object/kube-object.ts'
import { groupOf } from '../object/object-ref.ts'

/** One kind in one version of its API. */
export type ApiResource = {
  readonly group: string
  readonly version: string
  readonly kind: string
  readonly plural: string
  readonly namespaced: boolean
}

export type ApiResources = {
  /** Every kind in every version, each group's preferred version first. */
  readonly all: readonly ApiResource[]
  find(apiVersion: string, kind: string): ApiResource | undefined
  /** The kind in the version that the API server prefers. `groupKind` is `Deployment.apps`, or `Secret`. */
  preferred(groupKind: string): ApiResource | undefined
}

/** Aggregated discovery, GA since Kubernetes 1.30: both roots in two requests. */
export const discoveryType = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList'

/** Reads the two APIGroupDiscoveryLists, of `/api` and `/apis`. */
export function toApiResources(lists: readonly unknown[]): ApiResources {
  const all = lists.flatMap((list) => listAt(list, 'items')).flatMap(resourcesOfGroup)
  const byVersion = new Map(all.map((one) => [`${apiVersionOf(one)}/${one.kind}`, one]))
  const byKind = new Map(
    all.toReversed().map((one) => [one.group === '' ? one.kind : `${one.kind}.${one.group}`, one]),
  )
  return {
    all,
    find: (apiVersion, kind) => byVersion.get(`${apiVersion}/${kind}`),
    preferred: (groupKind) => byKind.get(groupKind),
  }
}

export function apiVersionOf({ group, version }: Pick<ApiResource, 'group' | 'version'>): string {
  return group === '' ? version : `${group}/${version}`
}

/** The path of a collection, or of an object in it. Without a namespace it is that of all namespaces. */
export function pathOf(resource: ApiResource, namespace: string | undefined, name?: string): string {
  const root = resource.group === '' ? '/api' : `/apis/${resource.group}`
  const scope =
    resource.namespaced && namespace !== undefined ? `/namespaces/${encodeURIComponent(namespace)}` : ''
  const object = name === undefined ? '' : `/${encodeURIComponent(name)}`
  return `${root}/${resource.version}${scope}/${resource.plural}${object}`
}

/** The versions of a group that a kind is served in, for a hint. */
export function versionsOf(resources: ApiResources, apiVersion: string, kind: string): string[] {
  const group = groupOf(apiVersion)
  return resources.all.filter((one) => one.group === group && one.kind === kind).map(apiVersionOf)
}

function resourcesOfGroup(item: unknown): ApiResource[] {
  const group = textAt(item, 'metadata', 'name')
  return listAt(item, 'versions').flatMap((served) => {
    const version = textAt(served, 'version')
    return listAt(served, 'resources')
      .filter((one) => (at(one, 'verbs') as unknown[] | undefined)?.includes('list'))
      .map((one) => ({
        group,
        version,
        kind: textAt(one, 'responseKind', 'kind'),
        plural: textAt(one, 'resource'),
        namespaced: one.scope === 'Namespaced',
      }))
  })
}
