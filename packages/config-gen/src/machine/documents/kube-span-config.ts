import { type ConfigDocument, document } from '../config-document.ts'
import type { MachineInput } from '../machine-input.ts'

export function kubeSpanConfig({ rack }: MachineInput): readonly ConfigDocument[] {
  return rack.cluster.kubespan ? [document('KubeSpanConfig', { enabled: true })] : []
}
