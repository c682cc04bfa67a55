import { type ConfigDocument, document } from '../config-document.ts'
import type { MachineInput } from '../machine-input.ts'

export function kernelModuleConfig({ rack, contract }: MachineInput): readonly ConfigDocument[] {
  if (!contract.kernelModuleDocuments) return []
  return rack.cluster.kernelModules.map((name) => document('KernelModuleConfig', { name }))
}
