import { type Fault, FaultError } from '@homerack/errors'
import { isMap, isSeq, type Node } from 'yaml'
import {
  type DocumentId,
  formatDocumentId,
  readDocumentId,
  sameDocument,
} from '../config-types/document-id.ts'
import { type ReadContext, readFields } from '../config-types/read-fields.ts'
import { readSource } from '../config-types/source-text.ts'
import type { TalosContract } from '../contract/talos-contract.ts'
import type { ConfigDocument } from '../machine/config-document.ts'
import type { ConfigPatch, PatchStep } from './config-patch.ts'
import { takeDeletes } from './take-deletes.ts'

/**
 * Reads a strategic merge patch: one or more documents, each the part of a document that is to change.
 *
 * Throws, with all faults at once: `E_YAML`, `E_PATCH_JSON6902` (a list of operations), `E_CONFIG_KIND`,
 * `E_CONFIG_FIELD`, `E_CONFIG_TYPE`, `E_PATCH_DUPLICATE` (a document twice), `E_PATCH_DELETE`.
 */
export function readPatch(patch: ConfigPatch, contract: TalosContract): readonly PatchStep[] {
  const source = readSource(patch.text, patch.source)
  const repeated = contract.repeatedPatchDocuments
  const context = { source, types: contract.types, faults: [...source.faults], repeated }
  const seen: DocumentId[] = []
  const steps = source.roots.flatMap((root) =>
    isSeq(root) ? json6902(root, context) : readDocument(root, context, seen),
  )
  if (context.faults.length > 0) throw new FaultError(context.faults)
  return steps
}

type PatchContext = ReadContext & { readonly repeated: boolean }

function readDocument(root: Node, context: PatchContext, seen: DocumentId[]): PatchStep[] {
  const { source, types, faults } = context
  const id = readDocumentId(root, context)
  if (!id || !isMap(root)) return []
  const place = source.placeOf(root)
  const { deletes, empty } = takeDeletes(root, id, context)
  if (empty) return deletes
  if (!context.repeated && seen.some((other) => sameDocument(other, id)))
    faults.push(duplicate(id, source.file, place))
  seen.push(id)
  const document = readFields(root, types.kinds[id.kind]?.type ?? 'any', '', context)
  return [...deletes, { do: 'merge', id, document: (document ?? {}) as ConfigDocument, place }]
}

/** The patch says twice what to do with one document. */
export function duplicate(id: DocumentId, file: string, place: Fault['place']): Fault {
  return {
    code: 'E_PATCH_DUPLICATE',
    subject: file,
    cause: `the patch names ${formatDocumentId(id)} twice`,
    hint: 'Join the two parts, or make two patches of them.',
    place,
  }
}

function json6902(root: Node, { source, faults }: ReadContext): [] {
  faults.push({
    code: 'E_PATCH_JSON6902',
    subject: source.file,
    cause: 'this is a list of JSON patch operations (RFC 6902)',
    hint: [
      'Talos refuses them for a config of more than one document, which every config since Talos 1.12 is.',
      'Write the part of the document that is to change instead; `$patch: delete` removes a field.',
    ].join('\n'),
    place: source.placeOf(root),
  })
  return []
}
