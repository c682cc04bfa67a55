import type { NodeOptions } from '../kubernetes/index.ts'
import type { MachineConfig } from '../talos/machine-config.ts'
import type { TalosNode } from '../talos/talos-node.ts'

/** The node as its kubelet registers it, with the labels and taints that Talos adds. */
export function nodeRegistration(node: TalosNode, config: MachineConfig): NodeOptions {
  const controlPlane = config.type === 'controlplane'
  const { labels, taints, version: kubelet } = config.kubelet
  const role = 'node-role.kubernetes.io/control-plane'
  return {
    name: node.state().hostname,
    address: node.state().address,
    roles: controlPlane ? ['control-plane'] : [],
    labels: { ...labels, 'kubernetes.io/arch': 'arm64', 'kubernetes.io/os': 'linux' },
    taints: [
      ...Object.entries(taints).map(([key, text]) => taintOf(key, text)),
      ...(controlPlane && !config.cluster.schedulesOnControlPlanes && !(role in taints)
        ? [{ key: role, effect: 'NoSchedule' }]
        : []),
    ],
    version: node.version,
    kubelet,
    bootId: node.bootId,
    components: config.components,
  }
}

/** Machine configs write `value:Effect`, or just the effect. */
function taintOf(key: string, text: string): { key: string; value?: string; effect: string } {
  const [value = '', effect] = text.split(':')
  return effect === undefined ? { key, effect: value } : { key, value, effect }
}
