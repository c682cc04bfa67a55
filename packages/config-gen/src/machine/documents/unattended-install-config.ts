import { type ConfigDocument, document } from '../config-document.ts'
import { installerImage } from '../installer-image.ts'
import type { MachineInput } from '../machine-input.ts'
import { disk } from '../pi5.ts'

/** What machine.install was; as there, a board whose disk image was written directly is already installed. */
export function unattendedInstallConfig({ rack, contract }: MachineInput): readonly ConfigDocument[] {
  if (!contract.installDocument) return []
  const provisioning = { diskSelector: { match: `disk.dev_path == "${disk}"` }, wipe: false }
  return [document('UnattendedInstallConfig', { installer: { image: installerImage(rack) }, provisioning })]
}
