import { type ConfigDocument, document } from '../config-document.ts'
import type { MachineInput } from '../machine-input.ts'

/** The Kubernetes API on every node's loopback, balanced over the control planes. */
export function kubePrismConfig({ contract }: MachineInput): readonly ConfigDocument[] {
  return contract.kubernetesDocuments ? [document('KubePrismConfig', { port: 7445 })] : []
}
