import { type ConfigDocument, document } from '../config-document.ts'
import { clusterEndpoint, type MachineInput } from '../machine-input.ts'

export function kubeClusterConfig(input: MachineInput): readonly ConfigDocument[] {
  if (!input.contract.kubernetesDocuments) return []
  return [document('KubeClusterConfig', { clusterName: input.rack.name, endpoint: clusterEndpoint(input) })]
}
