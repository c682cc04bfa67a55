import { type ConfigDocument, document } from '../config-document.ts'
import { isControlPlane, type MachineInput } from '../machine-input.ts'

export function kubeAuthorizerConfig(input: MachineInput): readonly ConfigDocument[] {
  if (!input.contract.kubernetesDocuments || !isControlPlane(input)) return []
  return [
    document('KubeAuthorizerConfig', { name: 'node', type: 'Node' }),
    document('KubeAuthorizerConfig', { name: 'rbac', type: 'RBAC' }),
  ]
}
