import { Secret } from '@homerack/secrets'
import { documentId, formatDocumentId } from '../config-types/document-id.ts'
import type { ConfigValue, MachineConfig } from '../machine/config-document.ts'

/** One difference between two configs; `ours` or `theirs` is undefined where the field is not there. */
export type ConfigDifference = {
  /** The document, as a person calls it. */
  readonly document: string
  readonly path: string
  /** As text, secrets redacted. */
  readonly ours: string | undefined
  readonly theirs: string | undefined
}

/**
 * What differs between two configs, field by field; order of documents and of fields does not count. A value
 * is redacted if it is a secret on our side, or if its field has a name that Talos gives to secrets.
 */
export function diffConfigs(ours: MachineConfig, theirs: MachineConfig): readonly ConfigDifference[] {
  const left = leavesOf(ours)
  const right = leavesOf(theirs)
  return [...new Set([...left.keys(), ...right.keys()])].flatMap((key) => {
    const [a, b] = [left.get(key), right.get(key)]
    const leaf = a ?? b
    if (!leaf || (a && b && text(a.value) === text(b.value))) return []
    const secret = [a, b].some((side) => side?.value instanceof Secret) || secretName.test(leaf.path)
    const show = (side: Leaf | undefined) => side && (secret ? '‹redacted›' : text(side.value))
    return [{ document: leaf.document, path: leaf.path, ours: show(a), theirs: show(b) }]
  })
}

type Leaf = { readonly document: string; readonly path: string; readonly value: ConfigValue }

/** Also free-form configuration, and the PEM texts of the 1.14 documents. */
const secretName = /(^|\.)(key|token|secret|password|passphrase|privateKey|.*Secret|.*auth)$/i

function leavesOf(config: MachineConfig): Map<string, Leaf> {
  const leaves = new Map<string, Leaf>()
  for (const document of config) {
    const name = formatDocumentId(documentId(document))
    collect(document, '', (path, value) => leaves.set(`${name}\n${path}`, { document: name, path, value }))
  }
  return leaves
}

function collect(value: ConfigValue, path: string, add: (path: string, value: ConfigValue) => void): void {
  const inner =
    typeof value === 'object' && value !== null && !(value instanceof Secret) ? Object.entries(value) : []
  if (inner.length === 0) add(path, value)
  const below = (key: string) => (Array.isArray(value) ? `${path}[${key}]` : path ? `${path}.${key}` : key)
  for (const [key, item] of inner) collect(item, below(key), add)
}

function text(value: ConfigValue): string {
  if (value instanceof Secret) return value.reveal()
  return typeof value === 'string' ? value : JSON.stringify(value)
}
