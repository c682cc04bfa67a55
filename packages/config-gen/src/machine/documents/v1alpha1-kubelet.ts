import type { ConfigDocument } from '../config-document.ts'
import { kubernetesImage } from '../kubernetes-image.ts'
import type { MachineInput } from '../machine-input.ts'

/** machine.kubelet, up to the 1.13 contract. */
export function kubeletSection({ rack, contract }: MachineInput): ConfigDocument {
  if (contract.kubernetesDocuments) return {}
  return {
    kubelet: {
      image: kubernetesImage('kubelet', rack),
      defaultRuntimeSeccompProfileEnabled: true,
      disableManifestsDirectory: true,
    },
  }
}
