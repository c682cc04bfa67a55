import { type ConfigDocument, document } from '../config-document.ts'
import { clusterEndpoint, isControlPlane, type MachineInput } from '../machine-input.ts'

export function kubeServiceAccountConfig(input: MachineInput): readonly ConfigDocument[] {
  if (!input.contract.kubernetesDocuments || !isControlPlane(input)) return []
  const privateKey = input.bundle.certs.k8sServiceAccount.key
  const issuer = { privateKey, issuerURL: clusterEndpoint(input) }
  return [document('KubeServiceAccountConfig', { issuer })]
}
