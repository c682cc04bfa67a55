import { didYouMean, type Fault } from '@homerack/errors'
import { isMap, isScalar, type YAMLMap } from 'yaml'
import type { ConfigDocument } from '../machine/config-document.ts'
import type { ReadContext } from './read-fields.ts'

/** What tells documents apart. The first document of a config is of kind `v1alpha1`. */
export type DocumentId = { readonly kind: string; readonly name: string | undefined }

export function formatDocumentId({ kind, name }: DocumentId): string {
  if (kind === 'v1alpha1') return 'the v1alpha1 document'
  return name === undefined ? kind : `${kind} ${name}`
}

export function sameDocument(a: DocumentId, b: DocumentId): boolean {
  return a.kind === b.kind && a.name === b.name
}

/** The identity of a generated or read document. */
export function documentId(document: ConfigDocument): DocumentId {
  const { kind, name } = document
  if (typeof kind !== 'string') return { kind: 'v1alpha1', name: undefined }
  return { kind, name: typeof name === 'string' ? name : undefined }
}

/** The identity of a parsed document; undefined, with a fault, where Talos would not know what it is. */
export function readDocumentId(root: unknown, context: ReadContext): DocumentId | undefined {
  const { source, types, faults } = context
  const fault = (cause: string, node: unknown, hint?: string): undefined => {
    const code: Fault['code'] = 'E_CONFIG_KIND'
    faults.push({ code, subject: source.file, cause, hint, place: source.placeOf(node) })
  }
  if (!isMap(root)) return fault('a machine config document must be made of fields (key: value)', root)
  const kind = text(root, 'kind')
  const apiVersion = text(root, 'apiVersion')
  if (kind === undefined) {
    const first = ['machine', 'cluster', 'debug', 'persist', 'version'].some((key) => root.has(key))
    if (first && apiVersion === undefined) return { kind: 'v1alpha1', name: undefined }
    return fault(
      'the document has no kind',
      root,
      'Documents start with apiVersion: v1alpha1 and a kind, or have machine or cluster.',
    )
  }
  if (apiVersion !== 'v1alpha1') return fault(`${kind} needs apiVersion: v1alpha1`, root)
  const known = types.kinds[kind]
  if (!known || kind === 'v1alpha1') {
    const near = didYouMean(kind, Object.keys(types.kinds))
    return fault(
      `this Talos version has no ${kind}`,
      root.get('kind', true),
      near ? `Did you mean ${near}?` : undefined,
    )
  }
  return { kind, name: known.named ? (text(root, 'name') ?? '') : undefined }
}

function text(root: YAMLMap, key: string): string | undefined {
  const node: unknown = root.get(key, true)
  return isScalar(node) && typeof node.value === 'string' ? node.value : undefined
}
