import { type Fault, FaultError } from '@homerack/errors'
import type { Node } from 'yaml'
import type { TalosContract } from '../contract/talos-contract.ts'
import type { ConfigDocument } from '../machine/config-document.ts'
import { readDocumentId } from './document-id.ts'
import { type ReadContext, readFields } from './read-fields.ts'
import { readSource, type SourceText } from './source-text.ts'

/** A machine config that was read from text: each document, and the node it came from. */
export type ReadConfig = {
  readonly source: SourceText
  readonly documents: readonly { readonly document: ConfigDocument; readonly root: Node }[]
  readonly faults: readonly Fault[]
}

/** Reads the documents of a machine config as far as they can be read, collecting `E_YAML`, `E_CONFIG_KIND`, `E_CONFIG_FIELD`, `E_CONFIG_TYPE`. */
export function readConfigText(text: string, file: string, contract: TalosContract): ReadConfig {
  const source = readSource(text, file)
  const context: ReadContext = { source, types: contract.types, faults: [...source.faults] }
  const documents = source.roots.flatMap((root) => {
    const id = readDocumentId(root, context)
    if (!id) return []
    const document = readFields(root, contract.types.kinds[id.kind]?.type ?? 'any', '', context)
    return document === undefined ? [] : [{ document: document as ConfigDocument, root }]
  })
  return { source, documents, faults: context.faults }
}

/** The documents of a machine config. Throws the faults that `readConfigText` collects. */
export function readMachineConfig(
  text: string,
  file: string,
  contract: TalosContract,
): readonly ConfigDocument[] {
  const { documents, faults } = readConfigText(text, file, contract)
  if (faults.length > 0) throw new FaultError(faults)
  return documents.map(({ document }) => document)
}
