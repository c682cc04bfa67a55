import { faultsOf } from '@homerack/errors'
import type { Cluster } from '@homerack/k8s-deploy'
import type { Observed } from './observed.ts'

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
