import { type ConfigDocument, document } from '../config-document.ts'
import type { MachineInput } from '../machine-input.ts'

export function registryMirrorConfig({ rack }: MachineInput): readonly ConfigDocument[] {
  return rack.cluster.registryMirrors.map(({ host, endpoints }) =>
    document('RegistryMirrorConfig', { name: host, endpoints: endpoints.map((url) => ({ url })) }),
  )
}
