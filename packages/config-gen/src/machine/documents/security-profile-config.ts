import { type ConfigDocument, document } from '../config-document.ts'
import type { MachineInput } from '../machine-input.ts'

export function securityProfileConfig({ contract }: MachineInput): readonly ConfigDocument[] {
  return contract.isolatesWorkloads ? [document('SecurityProfileConfig', { workloadIsolation: true })] : []
}
