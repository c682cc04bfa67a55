import { type ConfigDocument, document } from '../config-document.ts'
import { isControlPlane, type MachineInput } from '../machine-input.ts'

export function kubeAggregatorCaConfig(input: MachineInput): readonly ConfigDocument[] {
  if (!input.contract.kubernetesDocuments || !isControlPlane(input)) return []
  const { crt, key } = input.bundle.certs.k8sAggregator
  return [document('KubeAggregatorCAConfig', { issuingCA: { cert: crt, key } })]
}
