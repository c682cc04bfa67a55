import { type ConfigDocument, document } from '../config-document.ts'
import { isControlPlane, type MachineInput } from '../machine-input.ts'

/** Strangers may only ask whether the API server is alive. */
export function kubeAuthenticationConfig(input: MachineInput): readonly ConfigDocument[] {
  if (!input.contract.kubernetesDocuments || !isControlPlane(input)) return []
  const conditions = ['/livez', '/readyz', '/healthz'].map((path) => ({ path }))
  const configuration = { anonymous: { conditions, enabled: true }, jwt: [] }
  return [document('KubeAuthenticationConfig', { configuration })]
}
