import { type ConfigDocument, document } from '../config-document.ts'
import { isControlPlane, type MachineInput } from '../machine-input.ts'

/** Talos' default: who did what, without the content. */
export const auditPolicy: ConfigDocument = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  rules: [{ level: 'Metadata' }],
}

export function kubeAuditPolicyConfig(input: MachineInput): readonly ConfigDocument[] {
  if (!input.contract.kubernetesDocuments || !isControlPlane(input)) return []
  return [document('KubeAuditPolicyConfig', { configuration: auditPolicy })]
}
