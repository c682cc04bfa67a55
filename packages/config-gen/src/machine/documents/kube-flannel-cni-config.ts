import { type ConfigDocument, document } from '../config-document.ts'
import { isControlPlane, type MachineInput } from '../machine-input.ts'

/** Without it, pods have no network until one is deployed. */
export function kubeFlannelCniConfig(input: MachineInput): readonly ConfigDocument[] {
  const { contract, rack } = input
  if (!contract.kubernetesDocuments || !isControlPlane(input) || rack.cluster.cni !== 'flannel') return []
  return [document('KubeFlannelCNIConfig', { backendType: 'vxlan', backendPort: 4789 })]
}
