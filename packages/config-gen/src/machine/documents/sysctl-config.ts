import { type ConfigDocument, document } from '../config-document.ts'
import type { MachineInput } from '../machine-input.ts'

export function sysctlConfig({ rack, contract }: MachineInput): readonly ConfigDocument[] {
  const params = rack.cluster.sysctls
  if (!contract.sysctlDocument || Object.keys(params).length === 0) return []
  return [document('SysctlConfig', { params })]
}
