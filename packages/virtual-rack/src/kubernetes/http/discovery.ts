import { unknownPath } from '../registry/status-error.ts'
import type { Catalogue } from '../types/catalogue.ts'
import type { Resource } from '../types/resource.ts'

type Subresource = { name: string; verbs: string[]; kind: string; group?: string; version?: string }

const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch']
const readWrite = ['get', 'patch', 'update']

/** Reviews are only ever created and never stored. */
const reviews = [
  { group: 'authentication.k8s.io', version: 'v1', kind: 'SelfSubjectReview', plural: 'selfsubjectreviews' },
  {
    group: 'authorization.k8s.io',
    version: 'v1',
    kind: 'SelfSubjectAccessReview',
    plural: 'selfsubjectaccessreviews',
  },
] as const

/** `/api` and `/apis` in the aggregated form (apidiscovery.k8s.io/v2) or the old one. */
export function discoverGroups(catalogue: Catalogue, path: '/api' | '/apis', accept: string | undefined) {
  const version = /g=apidiscovery\.k8s\.io;v=(v2|v2beta1);as=APIGroupDiscoveryList/.exec(accept ?? '')?.[1]
  const groups = groupsOf(catalogue).filter(({ group }) => (group === '') === (path === '/api'))
  if (version) {
    const kind = 'APIGroupDiscoveryList'
    return {
      type: `application/json;g=apidiscovery.k8s.io;v=${version};as=${kind}`,
      body: {
        kind,
        apiVersion: `apidiscovery.k8s.io/${version}`,
        metadata: {},
        items: groups.map(({ group, versions }) => aggregatedGroup(catalogue, group, versions)),
      },
    }
  }
  const body =
    path === '/api'
      ? { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] }
      : {
          kind: 'APIGroupList',
          apiVersion: 'v1',
          groups: groups.map(({ group, versions }) => groupOf(group, versions)),
        }
  return { type: 'application/json', body }
}

/** `/apis/GROUP`. */
export function discoverGroup(catalogue: Catalogue, name: string) {
  const found = groupsOf(catalogue).find(({ group }) => group === name)
  if (!found) throw unknownPath()
  return { kind: 'APIGroup', apiVersion: 'v1', ...groupOf(found.group, found.versions) }
}

/** `/api/v1` and `/apis/GROUP/VERSION`. */
export function discoverVersion(catalogue: Catalogue, group: string, version: string) {
  const found = groupsOf(catalogue).find((one) => one.group === group)
  if (!found?.versions.includes(version)) throw unknownPath()
  const resources = resourcesOf(catalogue, group, version).flatMap((resource) => [
    { ...names(resource), namespaced: resource.namespaced, kind: resource.kind, verbs },
    ...subresourcesOf(resource).map((sub) => ({
      ...sub,
      name: `${resource.plural}/${sub.name}`,
      singularName: '',
      namespaced: resource.namespaced,
    })),
  ])
  const created = reviews
    .filter((review) => review.group === group)
    .map(({ plural, kind }) => ({
      name: plural,
      singularName: kind.toLowerCase(),
      namespaced: false,
      kind,
      verbs: ['create'],
    }))
  const groupVersion = group === '' ? version : `${group}/${version}`
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources: [...resources, ...created] }
}

/** Every group with its versions, the preferred one first. */
export function groupsOf(catalogue: Catalogue): { group: string; versions: string[] }[] {
  const groups = new Map<string, Set<string>>()
  for (const { group, version } of [...catalogue.all(), ...reviews]) {
    const versions = groups.get(group) ?? new Set<string>()
    groups.set(group, versions.add(version))
  }
  return [...groups].map(([group, versions]) => ({ group, versions: [...versions] }))
}

export function resourcesOf(catalogue: Catalogue, group: string, version: string): Resource[] {
  return catalogue.all().filter((resource) => resource.group === group && resource.version === version)
}

function subresourcesOf(resource: Resource): Subresource[] {
  const list: Subresource[] = []
  if (resource.status) list.push({ name: 'status', verbs: readWrite, kind: resource.kind })
  if (resource.scale)
    list.push({ name: 'scale', verbs: readWrite, kind: 'Scale', group: 'autoscaling', version: 'v1' })
  if (resource.kind === 'Pod') {
    list.push({ name: 'eviction', verbs: ['create'], kind: 'Eviction', group: 'policy', version: 'v1' })
    list.push({ name: 'binding', verbs: ['create'], kind: 'Binding' })
    list.push({ name: 'log', verbs: ['get'], kind: 'Pod' })
  }
  if (resource.kind === 'Namespace') list.push({ name: 'finalize', verbs: ['update'], kind: 'Namespace' })
  return list
}

function names(resource: Resource) {
  return {
    name: resource.plural,
    singularName: resource.singular,
    ...(resource.shortNames.length > 0 ? { shortNames: resource.shortNames } : {}),
    ...(resource.categories.length > 0 ? { categories: resource.categories } : {}),
  }
}

function groupOf(group: string, versions: readonly string[]) {
  const list = versions.map((version) => ({ groupVersion: `${group}/${version}`, version }))
  return { name: group, versions: list, preferredVersion: list[0] }
}

function aggregatedGroup(catalogue: Catalogue, group: string, versions: readonly string[]) {
  return {
    metadata: { name: group, creationTimestamp: null },
    versions: versions.map((version) => ({
      version,
      freshness: 'Current',
      resources: [
        ...resourcesOf(catalogue, group, version).map(aggregatedResource),
        ...reviews
          .filter((review) => review.group === group)
          .map(({ plural, kind }) => ({
            resource: plural,
            responseKind: { group, version, kind },
            scope: 'Cluster',
            singularResource: kind.toLowerCase(),
            verbs: ['create'],
          })),
      ],
    })),
  }
}

function aggregatedResource(resource: Resource) {
  const { group, version, kind } = resource
  const { name, singularName, ...rest } = names(resource)
  const subresources = subresourcesOf(resource).map((sub) => ({
    subresource: sub.name,
    responseKind: { group: sub.group ?? group, version: sub.version ?? version, kind: sub.kind },
    verbs: sub.verbs,
  }))
  return {
    resource: name,
    responseKind: { group, version, kind },
    scope: resource.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: singularName,
    verbs,
    ...rest,
    ...(subresources.length > 0 ? { subresources } : {}),
  }
}
