import { faultsOf } from '@homerack/errors'
import { type Cluster, checkReady, readManifests, statusOf } from '@homerack/k8s-deploy'
import type { Service } from '@homerack/rack'
import { planService } from '../services/plan-service.ts'
import type { Observed, ObservedService } from './observed.ts'

type NodeList = {
  items: { metadata: { name: string }; status?: { conditions?: { type: string; status: string }[] } }[]
}

/** Which nodes Kubernetes calls Ready; undefined if its API does not answer. */
export async function observeKubernetes(
  cluster: Cluster,
  signal: AbortSignal,
): Promise<Observed['kubernetes']> {
  try {
    const nodes = (await cluster.request('GET', '/api/v1/nodes', { signal })) as NodeList
    const isReady = (node: NodeList['items'][number]) =>
      node.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false
    return { ready: nodes.items.filter(isReady).map(({ metadata }) => metadata.name) }
  } catch (error) {
    if (!faultsOf(error)) throw error
    return undefined
  }
}

/** A service as the cluster has it, compared with its folder. */
export async function observeService(
  cluster: Cluster | undefined,
  service: Service,
  signal: AbortSignal,
): Promise<ObservedService> {
  if (!cluster) {
    // What is wrong in the folder is said before anything is changed, cluster or not.
    await readManifests(service.manifests)
    return { kind: 'unknown' }
  }
  try {
    const plan = await planService(cluster, service, signal)
    return { kind: 'compared', plan, ...(await checkReady({ cluster, plan, signal })) }
  } catch (error) {
    if (isAway(error)) return { kind: 'unknown' }
    throw error
  }
}

/** The API server does not answer, or cannot serve now. Anything else is wrong in the folder and must be said. */
function isAway(error: unknown): boolean {
  const code = statusOf(error)?.code
  if (code !== undefined) return code === 429 || code >= 500
  return faultsOf(error)?.every((fault) => fault.code === 'E_CLUSTER_UNREACHABLE') ?? false
}
