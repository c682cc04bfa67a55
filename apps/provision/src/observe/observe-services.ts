import { type Fault, FaultError, faultsOf } from '@homerack/errors'
import { type Cluster, checkReady, type Manifest, statusOf } from '@homerack/k8s-deploy'
import type { Service } from '@homerack/rack'
import { planService } from '../services/plan-service.ts'
import type { ServiceReader } from '../services/service-reader.ts'
import type { Observed, ObservedService } from './observed.ts'

/** A service as it is seen, or why it cannot be. */
type Look = { readonly service: Service; readonly seen?: ObservedService; readonly faults?: readonly Fault[] }

/**
 * Services as the cluster has them, compared with what they declare. One whose kinds the cluster does not know, but
 * which comes after a service that is not deployed yet, is left for later.
 *
 * @throws FaultError all that is wrong in all of them, cluster or not, so that it is said before anything is changed.
 */
export async function observeServices(
  cluster: Cluster | undefined,
  services: readonly Service[],
  read: ServiceReader,
  signal: AbortSignal,
): Promise<Observed['services']> {
  const looks = await Promise.all(
    services.map(async (service): Promise<Look> => {
      try {
        return { service, seen: await observeService(cluster, service, await read(service), signal) }
      } catch (error) {
        const faults = faultsOf(error)
        if (!faults) throw error
        return { service, faults }
      }
    }),
  )
  const settled = looks.filter(({ seen }) => seen?.kind === 'compared' && seen.plan.empty)
  const deployed = new Set(settled.map(({ service }) => service.name))
  const faults: Fault[] = []
  const seen = looks.map(({ service, seen, faults: own = [] }): readonly [string, ObservedService] => {
    if (seen) return [service.name, seen]
    const awaited = service.after.filter((name) => !deployed.has(name))
    const isEarly = awaited.length > 0 && own.every(({ code }) => code === 'E_KIND_UNKNOWN')
    if (!isEarly) faults.push(...own)
    return [service.name, { kind: 'later', after: awaited }]
  })
  if (faults.length > 0) throw new FaultError(faults)
  return new Map(seen)
}

async function observeService(
  cluster: Cluster | undefined,
  service: Service,
  manifests: readonly Manifest[],
  signal: AbortSignal,
): Promise<ObservedService> {
  if (!cluster) return { kind: 'unknown' }
  try {
    const plan = await planService(cluster, service, manifests, signal)
    return { kind: 'compared', plan, ...(await checkReady({ cluster, plan, signal })) }
  } catch (error) {
    if (isAway(error)) return { kind: 'unknown' }
    throw error
  }
}

/** The API server does not answer, or cannot serve now. Anything else is wrong in the service and must be said. */
function isAway(error: unknown): boolean {
  const code = statusOf(error)?.code
  if (code !== undefined) return code === 429 || code >= 500
  return faultsOf(error)?.every((fault) => fault.code === 'E_CLUSTER_UNREACHABLE') ?? false
}
