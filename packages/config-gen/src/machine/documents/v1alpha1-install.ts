import type { ConfigDocument } from '../config-document.ts'
import { installerImage } from '../installer-image.ts'
import type { MachineInput } from '../machine-input.ts'
import { disk } from '../pi5.ts'

/**
 * machine.install, up to the 1.13 contract, which demands it. A board whose disk image was written directly
 * counts as installed, so Talos only reads the image name for later upgrades.
 */
export function installSection({ rack, contract }: MachineInput): ConfigDocument {
  if (contract.installDocument) return {}
  return { install: { disk, image: installerImage(rack), wipe: false, grubUseUKICmdline: true } }
}
