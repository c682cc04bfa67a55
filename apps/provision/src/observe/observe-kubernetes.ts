import { faultsOf } from '@homerack/errors'
import { type Cluster, checkReady, planDeploy, readManifests } from '@homerack/k8s-deploy'
import type { Service } from '@homerack/rack'
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
  const manifests = await readManifests(service.manifests)
  if (!cluster) return { kind: 'unknown' }
  try {
    const plan = await planDeploy({ cluster, name: service.name, namespace: service.name, manifests, signal })
    return { kind: 'compared', plan, ...(await checkReady({ cluster, plan, signal })) }
  } catch (error) {
    if (!faultsOf(error)) throw error
    return { kind: 'unknown' }
  }
}
