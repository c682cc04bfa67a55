import { type ConfigDocument, document } from '../config-document.ts'
import { isControlPlane, type MachineInput } from '../machine-input.ts'
import { controlPlaneLabels } from './control-plane-labels.ts'

const controlPlaneRole = 'node-role.kubernetes.io/control-plane'

export function kubeNodeConfig(input: MachineInput): readonly ConfigDocument[] {
  const { contract, node, rack } = input
  if (!contract.kubernetesDocuments) return []
  const role = isControlPlane(input) ? { [controlPlaneRole]: '' } : {}
  const reserved = isControlPlane(input) && !rack.cluster.allowSchedulingOnControlPlanes
  const labels = { ...role, ...controlPlaneLabels(input), ...node.labels }
  const taints = { ...(reserved && { [controlPlaneRole]: 'NoSchedule' }), ...node.taints }
  return [
    document('KubeNodeConfig', {
      nodeIP: {},
      ...(Object.keys(labels).length > 0 && { labels }),
      ...(Object.keys(taints).length > 0 && { taints }),
    }),
  ]
}
