import { type ConfigDocument, document } from '../config-document.ts'
import { isControlPlane, type MachineInput } from '../machine-input.ts'

/** Control planes sign for the Kubernetes API; workers only recognise it. */
export function kubeApiServerCaConfig(input: MachineInput): readonly ConfigDocument[] {
  if (!input.contract.kubernetesDocuments) return []
  const { crt, key } = input.bundle.certs.k8s
  const fields = isControlPlane(input) ? { issuingCA: { cert: crt, key } } : { acceptedCAs: [crt] }
  return [document('KubeAPIServerCAConfig', fields)]
}
