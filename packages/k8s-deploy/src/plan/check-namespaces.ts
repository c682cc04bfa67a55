import type { Fault } from '@homerack/errors'
import { isNotFound } from '../cluster/api-status.ts'
import type { Cluster } from '../cluster/cluster.ts'
import { inParallel } from '../cluster/in-parallel.ts'
import type { KubeObject } from '../object/kube-object.ts'
import { throwAll } from '../object/object-fault.ts'
import { formatRef, groupKindOf, refOf } from '../object/object-ref.ts'
import type { Wanted } from './resolve-manifests.ts'

/**
 * The namespaces that are used and do not exist yet. Each must be declared, or be the service's own.
 *
 * Throws a FaultError with every E_NAMESPACE_MISSING and E_NAMESPACE_TERMINATING.
 */
export async function checkNamespaces(
  cluster: Cluster,
  wanted: readonly Wanted[],
  own: string,
  signal: AbortSignal | undefined,
): Promise<ReadonlySet<string>> {
  const declared = new Set(
    wanted
      .filter(({ object }) => groupKindOf(object) === 'Namespace')
      .map(({ object }) => object.metadata.name),
  )
  const used = new Set([own, ...declared, ...wanted.flatMap(({ object }) => object.metadata.namespace ?? [])])
  const faults: Fault[] = []
  const missing = await inParallel([...used], async (name) => {
    const live = await getNamespace(cluster, name, signal)
    const users = wanted.filter(({ object }) => object.metadata.namespace === name)
    if (live?.metadata.deletionTimestamp) {
      faults.push({
        code: 'E_NAMESPACE_TERMINATING',
        subject: `Namespace ${name}`,
        cause: 'is being deleted, so nothing can be made in it',
        hint: 'Wait until it is gone; its status.conditions say what holds it.',
      })
    }
    if (!live && name !== own && !declared.has(name))
      faults.push(...users.map((user) => missingNamespace(user, name)))
    return live ? [] : [name]
  })
  throwAll(faults)
  return new Set(missing.flat())
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
