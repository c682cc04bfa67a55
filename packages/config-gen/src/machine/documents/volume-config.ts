import { type ConfigDocument, document } from '../config-document.ts'
import { formatSize } from '../format-size.ts'
import type { MachineInput } from '../machine-input.ts'

/** EPHEMERAL is capped before the first boot, because it can never shrink. */
export function volumeConfig({ node, contract }: MachineInput): readonly ConfigDocument[] {
  const { system } = node.disk
  if (system === undefined && !contract.trimsFilesystems) return []
  return [
    document('VolumeConfig', {
      name: 'EPHEMERAL',
      ...(system !== undefined && { provisioning: { maxSize: formatSize(system) } }),
      ...(contract.trimsFilesystems && { mount: { secure: true } }),
    }),
  ]
}
