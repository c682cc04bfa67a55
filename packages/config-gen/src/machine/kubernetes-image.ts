import type { Rack } from '@homerack/rack'

type Component = 'kubelet' | 'kube-apiserver' | 'kube-controller-manager' | 'kube-proxy' | 'kube-scheduler'

/** The image of a Kubernetes component; Talos builds its own kubelet. */
export function kubernetesImage(component: Component, { cluster }: Pick<Rack, 'cluster'>): string {
  const registry = component === 'kubelet' ? 'ghcr.io/siderolabs' : 'registry.k8s.io'
  return `${registry}/${component}:${cluster.kubernetes}`
}
