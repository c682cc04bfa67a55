import { type Fault, FaultError } from '@homerack/errors'
import { type DocumentId, documentId, formatDocumentId, sameDocument } from '../config-types/document-id.ts'
import type { TalosContract } from '../contract/talos-contract.ts'
import type { ConfigDocument, MachineConfig } from '../machine/config-document.ts'
import type { ConfigPatch, PatchStep } from './config-patch.ts'
import { deletePath } from './delete-path.ts'
import { MergeConflict, mergeValues } from './merge-values.ts'
import { duplicate, readPatch } from './read-patch.ts'

/**
 * Applies strategic merge patches in order, by Talos' rules. A document that the config does not have yet is
 * appended.
 *
 * Throws what `readPatch` throws, for all patches at once, or the first of `E_PATCH_NO_TARGET` (nothing to delete) and
 * `E_PATCH_CONFLICT` (values of different kinds).
 */
export function applyPatches(
  config: MachineConfig,
  patches: readonly ConfigPatch[],
  contract: TalosContract,
): MachineConfig {
  const faults: Fault[] = []
  const all = patches.map((patch) => {
    try {
      return { patch, steps: readPatch(patch, contract) }
    } catch (error) {
      if (!(error instanceof FaultError)) throw error
      faults.push(...error.faults)
      return { patch, steps: [] }
    }
  })
  if (faults.length > 0) throw new FaultError(faults)
  return all.reduce((result, { patch, steps }) => applySteps(result, steps, patch, contract), config)
}

function applySteps(
  config: MachineConfig,
  steps: readonly PatchStep[],
  patch: ConfigPatch,
  contract: TalosContract,
): MachineConfig {
  const appended: DocumentId[] = []
  return steps.reduce((result, step) => {
    const { id, place } = step
    // Talos does not look for the documents that the same patch brought.
    if (appended.some((other) => sameDocument(other, id)))
      throw new FaultError(duplicate(id, patch.source, place))
    if (!result.some((document) => sameDocument(documentId(document), id))) appended.push(id)
    return applyStep(result, step, patch, contract)
  }, config)
}

function applyStep(
  config: MachineConfig,
  step: PatchStep,
  patch: ConfigPatch,
  contract: TalosContract,
): MachineConfig {
  const index = config.findIndex((document) => sameDocument(documentId(document), step.id))
  const ours = config[index]
  const result =
    step.do === 'merge' ? merge(ours, step, patch, contract) : remove(ours, step, patch, contract)
  if (!ours) return result ? [...config, result] : config
  return result ? config.with(index, result) : config.toSpliced(index, 1)
}

function merge(
  ours: ConfigDocument | undefined,
  step: Extract<PatchStep, { do: 'merge' }>,
  patch: ConfigPatch,
  { types }: TalosContract,
): ConfigDocument {
  if (!ours) return step.document
  try {
    const type = types.kinds[step.id.kind]?.type ?? 'any'
    return (mergeValues(ours, step.document, type, types) ?? {}) as ConfigDocument
  } catch (error) {
    if (!(error instanceof MergeConflict)) throw error
    throw new FaultError({
      code: 'E_PATCH_CONFLICT',
      subject: patch.source,
      cause: `${formatDocumentId(step.id)}: the patch puts ${error.message}`,
      place: step.place,
    })
  }
}

function remove(
  ours: ConfigDocument | undefined,
  step: Extract<PatchStep, { do: 'delete' }>,
  patch: ConfigPatch,
  { types }: TalosContract,
): ConfigDocument | undefined {
  const { id, path, member, place } = step
  if (ours && path.length === 0) return undefined
  const result = ours && deletePath(ours, path, member, types.kinds[id.kind]?.type ?? 'any', types)
  if (result) return result
  const what = member ? `${path.join('.')} with ${member.key} ${member.value}` : path.join('.')
  throw new FaultError({
    code: 'E_PATCH_NO_TARGET',
    subject: patch.source,
    cause: ours
      ? `${formatDocumentId(id)} has no ${what} to delete`
      : `there is no ${formatDocumentId(id)} to delete from`,
    hint: 'Patches apply in order: all nodes, then the role, then the node.',
    place,
  })
}
