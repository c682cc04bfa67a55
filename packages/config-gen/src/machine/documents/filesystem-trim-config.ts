import { type ConfigDocument, document } from '../config-document.ts'
import type { MachineInput } from '../machine-input.ts'

/** Tells the NVMe weekly which blocks are free. */
export function filesystemTrimConfig({ contract }: MachineInput): readonly ConfigDocument[] {
  return contract.trimsFilesystems ? [document('FilesystemTrimConfig', { interval: '168h0m0s' })] : []
}
