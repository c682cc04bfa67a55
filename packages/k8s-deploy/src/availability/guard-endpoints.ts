import { type ApiResource, pathOf } from '../cluster/api-resources.ts'
import type { Cluster } from '../cluster/cluster.ts'
import { at, type KubeObject, listAt, textAt } from '../object/kube-object.ts'
import { follow } from '../wait/follow.ts'
import { type Serving, servingWorkloads } from './serving.ts'

/** A Service of which so many endpoints have to be ready at any time. */
export type Promised = { readonly namespace: string; readonly name: string; readonly atLeast: number }

const slices: ApiResource = {
  group: 'discovery.k8s.io',
  version: 'v1',
  kind: 'EndpointSlice',
  plural: 'endpointslices',
  namespaced: true,
}

/** What the Services of a set promise: as much as the budget of the workload behind them, at least 1. */
export function promisesOf(declared: Parameters<typeof servingWorkloads>[0]): Promised[] {
  const toPromises = ({ services, promised }: Serving) =>
    services.map(({ metadata: { name, namespace = '' } }) => ({ name, namespace, atLeast: promised }))
  return servingWorkloads(declared).flatMap(toPromises)
}

/**
 * Watches the endpoints of Services and calls `onLost` when fewer are ready than promised. One that has not had
 * enough yet, because it starts now, is watched from when it has. Runs until the signal; throws like `follow`.
 */
export async function guardEndpoints(
  cluster: Cluster,
  promises: readonly Promised[],
  signal: AbortSignal,
  onLost: (sentence: string) => void,
): Promise<void> {
  const kept = new Set<Promised>()
  const byNamespace = Map.groupBy(promises, ({ namespace }) => namespace)
  await Promise.all(
    [...byNamespace].map(([namespace, here]) =>
      follow(cluster, { path: pathOf(slices, namespace) }, signal, (picture) => {
        for (const promise of here) {
          const ready = countReady(promise.name, [...picture.values()])
          if (ready >= promise.atLeast) kept.add(promise)
          else if (kept.has(promise))
            onLost(
              `Service ${namespace}/${promise.name} has ${ready} ready endpoints, ${promise.atLeast} are promised`,
            )
        }
      }),
    ),
  )
}

/** Pods, and addresses without one, that get requests for a Service. Unset `ready` means true (discovery/v1). */
export function countReady(service: string, all: readonly KubeObject[]): number {
  const own = all.filter(({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === service)
  const ready = own
    .flatMap((slice) => listAt(slice, 'endpoints'))
    .filter((endpoint) => at(endpoint, 'conditions', 'ready') !== false)
    .map((endpoint) => textAt(endpoint, 'targetRef', 'uid') || JSON.stringify(endpoint.addresses))
  return new Set(ready).size
}
