import { type ConfigDocument, document } from '../config-document.ts'
import type { MachineInput } from '../machine-input.ts'

/** Where nodes find each other: what they tell is encrypted with the cluster secret. */
export function discoveryServiceConfig({ contract }: MachineInput): readonly ConfigDocument[] {
  if (!contract.discoveryDocuments) return []
  return [document('DiscoveryServiceConfig', { name: 'default', endpoint: 'https://discovery.talos.dev/' })]
}
