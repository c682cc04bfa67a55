import { createHash } from 'node:crypto'
import type { SopsDocument } from './document.ts'
import type { IsEncrypted } from './rule.ts'
import type { Values } from './sops-tree.ts'
import { leavesOf } from './walk.ts'

/**
 * The message authentication code of a document before its own encryption: SHA-512 over every value in the
 * order of the file, as upper-case hex. Comments and nulls are not covered, keys only through the values'
 * additional data. With `mac_only_encrypted` a constant goes first (SHA-256 of "sops") and plain values are
 * left out.
 */
export function macOf(
  document: SopsDocument,
  values: Values,
  isEncrypted: IsEncrypted,
  onlyEncrypted: boolean,
): string {
  const hash = createHash('sha512')
  if (onlyEncrypted) hash.update(createHash('sha256').update('sops').digest())
  for (const { node, path } of leavesOf(document)) {
    const value = values.get(node)
    if (value && value.type !== 'comment' && (!onlyEncrypted || isEncrypted(path))) hash.update(value.bytes)
  }
  return hash.digest('hex').toUpperCase()
}
