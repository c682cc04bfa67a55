import { type ConfigDocument, document } from '../config-document.ts'
import type { MachineInput } from '../machine-input.ts'

export function discoveryIdentityConfig({ bundle, contract }: MachineInput): readonly ConfigDocument[] {
  if (!contract.discoveryDocuments) return []
  const { id, secret } = bundle.cluster
  return [document('DiscoveryIdentityConfig', { clusterID: id, clusterSecret: secret })]
}
