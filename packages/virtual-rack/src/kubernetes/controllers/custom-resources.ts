import type { Catalogue } from '../types/catalogue.ts'
import { at, isObject, type JsonObject, type KubeObject, objectsAt } from '../types/object.ts'
import type { Resource } from '../types/resource.ts'
import { fields, shapeOfSchema } from '../types/shape.ts'
import { metadata } from '../types/shapes.ts'
import type { Condition } from '../types/workloads.ts'
import { type Cluster, placeOf, workKey } from './cluster.ts'
import { hasCondition, withCondition } from './conditions.ts'
import type { Controller } from './controller.ts'

const key = 'customresourcedefinitions.apiextensions.k8s.io'
const cleanup = 'customresourcecleanup.apiextensions.k8s.io'

/** Establishes custom resource definitions and serves what they define; a deleted one takes its objects along. */
export function customResources(cluster: Cluster): Controller {
  return {
    name: 'custom-resources',
    affected: ({ key: changed, object }) => {
      if (changed === key) return [workKey(object.metadata)]
      const definition = changed.includes('.') ? cluster.get(key, undefined, changed) : undefined
      return definition?.metadata.deletionTimestamp ? [workKey(definition.metadata)] : []
    },
    reconcile(work) {
      const { name } = placeOf(work)
      const definition = cluster.get(key, undefined, name)
      if (!definition) cluster.catalogue.removeCustom(name)
      else if (definition.metadata.deletionTimestamp) empty(cluster, definition)
      else establish(cluster, definition)
      return undefined
    },
  }
}

/** Serves the definitions that a restored store already holds as established. */
export function serveEstablished(catalogue: Catalogue, definitions: readonly KubeObject[]) {
  for (const definition of definitions) {
    const conditions = objectsAt(definition, 'status', 'conditions') as Condition[]
    if (hasCondition(conditions, 'Established'))
      catalogue.setCustom(definition.metadata.name, resourcesOf(definition))
  }
}

function establish(cluster: Cluster, definition: KubeObject) {
  const { name, finalizers = [] } = definition.metadata
  if (!finalizers.includes(cleanup)) {
    cluster.update(key, definition, (live) => ({
      ...live,
      metadata: { ...live.metadata, finalizers: [...finalizers, cleanup] },
    }))
  }
  const now = cluster.now()
  const before = objectsAt(definition, 'status', 'conditions') as Condition[]
  const accepted = withCondition(
    before,
    { type: 'NamesAccepted', status: 'True', reason: 'NoConflicts', message: 'no conflicts found' },
    now,
  )
  const conditions = withCondition(
    accepted,
    {
      type: 'Established',
      status: 'True',
      reason: 'InitialNamesAccepted',
      message: 'the initial names have been accepted',
    },
    now,
  )
  const storage = objectsAt(definition, 'spec', 'versions').find((version) => version.storage === true)?.name
  const stored = at(definition, 'status', 'storedVersions')
  const storedVersions = [...new Set([...(Array.isArray(stored) ? stored : []), storage])]
  cluster.catalogue.setCustom(name, resourcesOf(definition))
  cluster.setStatus(key, definition, {
    conditions,
    acceptedNames: at(definition, 'spec', 'names'),
    storedVersions,
  })
}

function empty(cluster: Cluster, definition: KubeObject) {
  const { name, finalizers = [] } = definition.metadata
  for (const object of cluster.list(name))
    if (!object.metadata.deletionTimestamp) cluster.remove(name, object)
  if (cluster.list(name).length > 0 || !finalizers.includes(cleanup)) return
  const left = finalizers.filter((one) => one !== cleanup)
  cluster.update(key, definition, (live) => ({ ...live, metadata: { ...live.metadata, finalizers: left } }))
}

/** What a definition serves, the storage version first. */
function resourcesOf(definition: KubeObject): Resource[] {
  const versions = objectsAt(definition, 'spec', 'versions').filter((version) => version.served === true)
  const ordered = versions.sort((a, b) => Number(b.storage === true) - Number(a.storage === true))
  return ordered.map((version) => resourceOf(definition, version))
}

function resourceOf(definition: KubeObject, version: JsonObject): Resource {
  const names = at(definition, 'spec', 'names')
  const text = (field: string) => String(at(names, field) ?? '')
  const list = (field: string) => {
    const value = at(names, field)
    return Array.isArray(value) ? value.map(String) : []
  }
  const given = at(version, 'schema', 'openAPIV3Schema')
  const schema = isObject(given) ? given : { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }
  const columns = version.additionalPrinterColumns
  const shape = shapeOfSchema(schema)
  return {
    group: String(at(definition, 'spec', 'group')),
    version: String(version.name),
    kind: text('kind'),
    plural: text('plural'),
    singular: text('singular'),
    shortNames: list('shortNames'),
    categories: list('categories'),
    namespaced: at(definition, 'spec', 'scope') === 'Namespaced',
    status: at(version, 'subresources', 'status') !== undefined,
    scale: at(version, 'subresources', 'scale', 'specReplicasPath') === '.spec.replicas',
    generation: true,
    shape: { ...shape, ...fields({ ...shape.fields, metadata }) },
    schema,
    columns: Array.isArray(columns) ? columns : [],
  }
}
