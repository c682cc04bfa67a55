import { setTimeout as sleep } from 'node:timers/promises'
import { type Cluster, statusOf } from '@homerack/k8s-deploy'

/** Milliseconds between two rounds of evictions. */
const pause = 1000

type Pod = {
  metadata: {
    name: string
    namespace: string
    annotations?: Record<string, string>
    ownerReferences?: { kind: string; controller?: boolean }[]
  }
  status?: { phase?: string }
}

/**
 * Evicts the pods of a node, over and over until they are gone; a disruption budget that refuses one is waited
 * for. Pods of DaemonSets and static pods stay, as with `kubectl drain --ignore-daemonsets`; pods with emptyDir
 * volumes go.
 */
export async function* drainNode(
  cluster: Cluster,
  node: string,
  signal: AbortSignal,
): AsyncGenerator<string> {
  let said = ''
  for (;;) {
    const pods = (await podsOn(cluster, node, signal)).filter(goes)
    if (pods.length === 0) return
    const left = await Promise.all(pods.map((pod) => evict(cluster, pod, signal)))
    const refused = pods.filter((_, index) => !left[index]).map(nameOf)
    const waiting =
      refused.length > 0
        ? `a disruption budget keeps ${refused.join(', ')} on ${node}`
        : `${pods.map(nameOf).join(', ')} leave ${node}`
    if (waiting !== said) yield waiting
    said = waiting
    await sleep(pause, undefined, { signal })
  }
}

async function podsOn(cluster: Cluster, node: string, signal: AbortSignal): Promise<Pod[]> {
  const query = { fieldSelector: `spec.nodeName=${node}` }
  const { items } = (await cluster.request('GET', '/api/v1/pods', { query, signal })) as { items: Pod[] }
  return items
}

function goes({ metadata, status }: Pod): boolean {
  if (status?.phase === 'Succeeded' || status?.phase === 'Failed') return false
  if (metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined) return false
  return !metadata.ownerReferences?.some(
    ({ kind, controller }) => controller && (kind === 'DaemonSet' || kind === 'Node'),
  )
}

/** False: a disruption budget refuses it for now (429). A pod that is gone counts as evicted. */
async function evict(cluster: Cluster, { metadata }: Pod, signal: AbortSignal): Promise<boolean> {
  const { name, namespace } = metadata
  const body = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace } }
  try {
    await cluster.request('POST', `/api/v1/namespaces/${namespace}/pods/${name}/eviction`, { body, signal })
    return true
  } catch (error) {
    const code = statusOf(error)?.code
    if (code === 404 || code === 409) return true
    if (code === 429) return false
    throw error
  }
}

function nameOf({ metadata }: Pod): string {
  return `${metadata.namespace}/${metadata.name}`
}
