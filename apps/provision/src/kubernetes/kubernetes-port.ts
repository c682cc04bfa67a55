import type { Cluster } from '@homerack/k8s-deploy'
import { statusOf } from '@homerack/k8s-deploy'
import type { KubernetesPort } from '@homerack/talos'
import { drainNode } from './drain-node.ts'

/** Marks a node that homerack cordoned, so that a run that was killed can be told from an owner's decision. */
const cordonedBy = 'homerack.dev/cordoned'

type Node = {
  metadata: { annotations?: Record<string, string> }
  spec?: { unschedulable?: boolean }
  status?: { nodeInfo?: { kubeletVersion?: string; bootID?: string }; conditions?: Condition[] }
}
type Pod = { spec?: { containers?: { image?: string }[] }; status?: { conditions?: Condition[] } }
type Condition = { type: string; status: string }

/** What the Talos procedures need of Kubernetes, over its API. */
export function kubernetesPort(cluster: Cluster): KubernetesPort {
  const nodePath = (name: string) => `/api/v1/nodes/${encodeURIComponent(name)}`
  const setCordon = async (name: string, unschedulable: boolean, signal?: AbortSignal) => {
    const annotations = { [cordonedBy]: unschedulable ? 'true' : null }
    await cluster.request('PATCH', nodePath(name), {
      body: { metadata: { annotations }, spec: { unschedulable: unschedulable || null } },
      contentType: 'application/merge-patch+json',
      ...(signal && { signal }),
    })
  }
  return {
    node: async (name, signal) => {
      const node = await found<Node>(cluster, nodePath(name), signal)
      return (
        node && {
          ready: hasCondition(node.status?.conditions, 'Ready'),
          cordon: !node.spec?.unschedulable
            ? 'none'
            : node.metadata.annotations?.[cordonedBy]
              ? 'ours'
              : 'foreign',
          kubelet: node.status?.nodeInfo?.kubeletVersion ?? '',
          bootId: node.status?.nodeInfo?.bootID ?? '',
        }
      )
    },
    cordon: (name, signal) => setCordon(name, true, signal),
    uncordon: (name, signal) => setCordon(name, false, signal),
    drain: (name, signal) => drainNode(cluster, name, signal),
    deleteNode: async (name, signal) => {
      await cluster.request('DELETE', nodePath(name), signal ? { signal } : {})
    },
    staticPod: async (name, component, signal) => {
      const pod = await found<Pod>(
        cluster,
        `/api/v1/namespaces/kube-system/pods/${component}-${name}`,
        signal,
      )
      const image = pod?.spec?.containers?.[0]?.image
      return pod && image ? { image, ready: hasCondition(pod.status?.conditions, 'Ready') } : undefined
    },
  }
}

function hasCondition(conditions: readonly Condition[] | undefined, type: string): boolean {
  return conditions?.some((each) => each.type === type && each.status === 'True') ?? false
}

async function found<T>(cluster: Cluster, path: string, signal?: AbortSignal): Promise<T | undefined> {
  try {
    return (await cluster.request('GET', path, signal ? { signal } : {})) as T
  } catch (error) {
    if (statusOf(error)?.code === 404) return undefined
    throw error
  }
}
