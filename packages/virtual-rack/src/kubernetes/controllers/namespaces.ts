import type { KubeObject } from '../types/object.ts'
import { keyOf } from '../types/resource.ts'
import { type Cluster, placeOf, workKey } from './cluster.ts'
import type { Controller } from './controller.ts'

const key = 'namespaces'

/** Gives every namespace its default service account and root CA, and empties one that is being deleted. */
export function namespaces(cluster: Cluster, ca: string): Controller {
  return {
    name: 'namespaces',
    affected: ({ key: changed, type, object }) => {
      if (changed === key) return [workKey(object.metadata)]
      const { namespace } = object.metadata
      if (type === 'ADDED' || namespace === undefined) return []
      const home = cluster.get(key, undefined, namespace)
      const provided = changed === 'serviceaccounts' || changed === 'configmaps'
      return home && (provided || home.metadata.deletionTimestamp)
        ? [workKey({ namespace: undefined, name: namespace })]
        : []
    },
    reconcile(work) {
      const { name } = placeOf(work)
      const namespace = cluster.get(key, undefined, name)
      if (!namespace) return undefined
      if (namespace.metadata.deletionTimestamp) return empty(cluster, namespace)
      if (!cluster.get('serviceaccounts', name, 'default'))
        cluster.create('serviceaccounts', { name: 'default', namespace: name }, {})
      if (!cluster.get('configmaps', name, 'kube-root-ca.crt')) {
        cluster.create(
          'configmaps',
          { name: 'kube-root-ca.crt', namespace: name },
          { data: { 'ca.crt': ca } },
        )
      }
      return undefined
    },
  }
}

function empty(cluster: Cluster, namespace: KubeObject): undefined {
  const { name } = namespace.metadata
  const keys = new Set(
    cluster.catalogue
      .all()
      .filter((resource) => resource.namespaced)
      .map(keyOf),
  )
  const left = () =>
    [...keys].flatMap((one) => cluster.list(one, name).map((object) => ({ key: one, object })))
  for (const { key: one, object } of left())
    if (!object.metadata.deletionTimestamp) cluster.remove(one, object)
  const remaining = left()
  if (remaining.length === 0) {
    cluster.update(key, namespace, (live) => ({ ...live, spec: { finalizers: [] } }))
    return undefined
  }
  const finalizers = remaining.flatMap(({ object }) => object.metadata.finalizers ?? [])
  const conditions = [
    {
      type: 'NamespaceContentRemaining',
      status: 'True',
      reason: 'SomeResourcesRemain',
      message: `Some resources are remaining: ${describe(remaining)}`,
      lastTransitionTime: namespace.metadata.deletionTimestamp,
    },
    {
      type: 'NamespaceFinalizersRemaining',
      status: finalizers.length > 0 ? 'True' : 'False',
      reason: finalizers.length > 0 ? 'SomeFinalizersRemain' : 'ContentHasNoFinalizers',
      message: `Some content in the namespace has finalizers remaining: ${[...new Set(finalizers)].join(', ')}`,
      lastTransitionTime: namespace.metadata.deletionTimestamp,
    },
  ]
  cluster.setStatus(key, namespace, { phase: 'Terminating', conditions })
  return undefined
}

function describe(remaining: readonly { key: string }[]): string {
  const counts = new Map<string, number>()
  for (const { key: one } of remaining) counts.set(one, (counts.get(one) ?? 0) + 1)
  return [...counts].map(([one, count]) => `${one} has ${count} resource instances`).join(', ')
}
