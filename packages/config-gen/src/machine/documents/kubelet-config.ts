import { type ConfigDocument, document } from '../config-document.ts'
import { kubernetesImage } from '../kubernetes-image.ts'
import type { MachineInput } from '../machine-input.ts'

export function kubeletConfig({ rack, contract }: MachineInput): readonly ConfigDocument[] {
  if (!contract.kubernetesDocuments) return []
  const image = kubernetesImage('kubelet', rack)
  return [document('KubeletConfig', { image, config: {}, defaultRuntimeSeccompProfileEnabled: true })]
}
