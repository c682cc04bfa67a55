import type { SecretsBundle } from '../../secrets/secrets-bundle.ts'
import { type ConfigDocument, document } from '../config-document.ts'
import { isControlPlane, type MachineInput } from '../machine-input.ts'

/** Secrets are encrypted in etcd. The key's name is part of what is stored there, so it must never change. */
export function kubeEtcdEncryptionConfig(input: MachineInput): readonly ConfigDocument[] {
  if (!input.contract.kubernetesDocuments || !isControlPlane(input)) return []
  const resources = [{ providers: providers(input.bundle), resources: ['secrets'] }]
  return [document('KubeEtcdEncryptionConfig', { config: { resources } })]
}

/** The names and the order of Talos up to 1.13, which rendered them itself (k8stemplates/apiserver.go). */
function providers({ secrets }: SecretsBundle): ConfigDocument[] {
  const provider = (kind: string, name: string, secret: SecretsBundle['cluster']['secret'] | undefined) =>
    secret ? [{ [kind]: { keys: [{ name, secret }] } }] : []
  return [
    ...provider('secretbox', 'key2', secrets.secretboxEncryptionSecret),
    ...provider('aescbc', 'key1', secrets.aescbcEncryptionSecret),
  ]
}
