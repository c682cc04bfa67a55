import { type Document, isMap, isScalar, parseAllDocuments } from 'yaml'
import { withTag } from '../release.ts'

export type KubernetesComponent = 'kube-apiserver' | 'kube-controller-manager' | 'kube-scheduler' | 'kubelet'

/** Where a component's image is: in the first document up to Talos 1.13, in a document of its own from 1.14. */
const places: Record<KubernetesComponent, { path: readonly string[]; kind: string }> = {
  'kube-apiserver': { path: ['cluster', 'apiServer', 'image'], kind: 'KubeAPIServerConfig' },
  'kube-controller-manager': {
    path: ['cluster', 'controllerManager', 'image'],
    kind: 'KubeControllerManagerConfig',
  },
  'kube-scheduler': { path: ['cluster', 'scheduler', 'image'], kind: 'KubeSchedulerConfig' },
  kubelet: { path: ['machine', 'kubelet', 'image'], kind: 'KubeletConfig' },
}

type Found = { readonly image: string; readonly start: number; readonly end: number }

/** The image that a machine config names for a component; undefined if it leaves that to Talos. */
export function imageIn(config: string, component: KubernetesComponent): string | undefined {
  return find(config, component)?.image
}

/**
 * The machine config with another version of a component. Nothing but the image's text changes. Undefined if the
 * config names no image.
 */
export function withVersion(
  config: string,
  component: KubernetesComponent,
  version: string,
): string | undefined {
  const found = find(config, component)
  return found && config.slice(0, found.start) + withTag(found.image, version) + config.slice(found.end)
}

function find(config: string, component: KubernetesComponent): Found | undefined {
  const { path, kind } = places[component]
  const documents = parseAllDocuments(config, { schema: 'failsafe', logLevel: 'silent' })
  if (!Array.isArray(documents)) return undefined
  for (const document of documents) {
    if (!isMap(document.contents)) continue
    const found =
      document.get('kind') === kind
        ? scalarAt(document, ['image'])
        : document.has('kind')
          ? undefined
          : scalarAt(document, path)
    if (found) return found
  }
  return undefined
}

function scalarAt(document: Document, path: readonly string[]): Found | undefined {
  const node = document.getIn(path, true)
  if (!isScalar(node) || typeof node.value !== 'string' || !node.range) return undefined
  const [start, end] = node.range
  return { image: node.value, start, end }
}
