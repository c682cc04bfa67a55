import { FaultError } from '@homerack/errors'
import { applyPatches } from '../patch/apply-patches.ts'
import { type ReadPatchFile, rackPatches } from '../patch/rack-patches.ts'
import { validateMachineConfig } from '../validate/validate-machine-config.ts'
import type { MachineConfig } from './config-document.ts'
import { documentBuilders } from './documents/index.ts'
import type { MachineInput } from './machine-input.ts'

/**
 * The machine config of one node: the documents of its contract, what the rack asks for, and the rack's
 * patches. Equal input gives equal documents. Patch files are read through `readFile`, from disk unless told.
 *
 * Throws `E_OVERLAY`, `E_OVERLAY_EXTENSION`, `E_PATCH_FILE` and what `applyPatches` throws; where the
 * patches make a config that Talos would refuse, what `validateMachineConfig` finds.
 */
export function generateMachineConfig(input: MachineInput, readFile?: ReadPatchFile): MachineConfig {
  const documents = documentBuilders.flatMap((build) => build(input))
  const config = applyPatches(documents, rackPatches(input.rack, input.node, readFile), input.contract)
  const faults = validateMachineConfig(config, { contract: input.contract, subject: input.node.name })
  if (faults.length > 0) throw new FaultError(faults)
  return config
}
