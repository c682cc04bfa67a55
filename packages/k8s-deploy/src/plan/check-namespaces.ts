import type { Fault } from '@homerack/errors'
import { isNotFound } from '../cluster/api-status.ts'
import type { Cluster } from '../cluster/cluster.ts'
import { inParallel } from '../cluster/in-parallel.ts'
import type { KubeObject } from '../object/kube-object.ts'
import { formatRef, groupKindOf, refOf } from '../object/object-ref.ts'
import type { Wanted } from './resolve-manifests.ts'

export type Namespaces = {
  /** Used, and not there yet. */
  readonly missing: ReadonlySet<string>
  /** Nothing can be tried out in them, because of what `faults` say. */
  readonly unusable: ReadonlySet<string>
  readonly faults: readonly Fault[]
}

/**
 * Looks at the namespaces that are used. One that is missing must be declared, or be the service's own. Faults:
 * E_NAMESPACE_MISSING, E_NAMESPACE_TERMINATING.
 */
export async function checkNamespaces(
  cluster: Cluster,
  wanted: readonly Wanted[],
  own: string,
  signal: AbortSignal | undefined,
): Promise<Namespaces> {
  const declared = new Set(
    wanted
      .filter(({ object }) => groupKindOf(object) === 'Namespace')
      .map(({ object }) => object.metadata.name),
  )
  const used = new Set([own, ...declared, ...wanted.flatMap(({ object }) => object.metadata.namespace ?? [])])
  const faults: Fault[] = []
  const unusable = new Set<string>()
  const missing = await inParallel([...used], async (name) => {
    const live = await getNamespace(cluster, name, signal)
    const users = wanted.filter(({ object }) => object.metadata.namespace === name)
    if (live?.metadata.deletionTimestamp) {
      unusable.add(name)
      faults.push({
        code: 'E_NAMESPACE_TERMINATING',
        subject: `Namespace ${name}`,
        cause: 'is being deleted, so nothing can be made in it',
        hint: 'Wait until it is gone; its status.conditions say what holds it.',
      })
    }
    if (!live && name !== own && !declared.has(name)) {
      unusable.add(name)
      faults.push(...users.map((user) => missingNamespace(user, name)))
    }
    return live ? [] : [name]
  })
  return { missing: new Set(missing.flat()), unusable, faults }
}

async function getNamespace(cluster: Cluster, name: string, signal: AbortSignal | undefined) {
  try {
    return (await cluster.request('GET', `/api/v1/namespaces/${encodeURIComponent(name)}`, {
      signal,
    })) as KubeObject
  } catch (error) {
    if (isNotFound(error)) return undefined
    throw error
  }
}

function missingNamespace({ object, origin }: Wanted, name: string): Fault {
  return {
    code: 'E_NAMESPACE_MISSING',
    subject: formatRef(refOf(object)),
    cause: `namespace ${name} does not exist, and no manifest declares it`,
    hint: 'Declare the Namespace, or leave the namespace out to use the service’s own.',
    place: origin,
  }
}
