import { type ConfigDocument, document } from '../config-document.ts'
import { isControlPlane, type MachineInput } from '../machine-input.ts'

export function kubeCoreDnsConfig(input: MachineInput): readonly ConfigDocument[] {
  if (!input.contract.kubernetesDocuments || !isControlPlane(input)) return []
  return [document('KubeCoreDNSConfig', { enabled: true })]
}
