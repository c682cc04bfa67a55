import { builtinResources } from './builtin-resources.ts'
import { keyOf, type Resource } from './resource.ts'

/** Everything that is served: the built-in kinds and those of established custom resource definitions. */
export type Catalogue = {
  all(): readonly Resource[]
  find(group: string, version: string, plural: string): Resource | undefined
  /** The preferred version of a resource by its key, for example `deployments.apps`. */
  byKey(key: string): Resource | undefined
  byKind(group: string, kind: string): Resource | undefined
  setCustom(definition: string, resources: readonly Resource[]): void
  removeCustom(definition: string): void
}

export function createCatalogue(): Catalogue {
  const custom = new Map<string, readonly Resource[]>()
  let index = indexed(builtinResources)
  const rebuild = () => {
    index = indexed([...builtinResources, ...[...custom.values()].flat()])
  }
  return {
    all: () => index.all,
    find: (group, version, plural) => index.served.get(`${group}/${version}/${plural}`),
    byKey: (key) => index.keys.get(key),
    byKind: (group, kind) => index.kinds.get(`${group}/${kind}`),
    setCustom(definition, resources) {
      custom.set(definition, resources)
      rebuild()
    },
    removeCustom(definition) {
      if (custom.delete(definition)) rebuild()
    },
  }
}

function indexed(all: readonly Resource[]) {
  const served = new Map<string, Resource>()
  const keys = new Map<string, Resource>()
  const kinds = new Map<string, Resource>()
  for (const resource of all) {
    served.set(`${resource.group}/${resource.version}/${resource.plural}`, resource)
    if (!keys.has(keyOf(resource))) keys.set(keyOf(resource), resource)
    const kind = `${resource.group}/${resource.kind}`
    if (!kinds.has(kind)) kinds.set(kind, resource)
  }
  return { all, served, keys, kinds }
}
