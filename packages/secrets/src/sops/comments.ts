import { additionalData, decryptValue, encryptValue, looksEncrypted } from './cipher.ts'
import type { SopsDocument } from './document.ts'
import type { Sealing } from './seal.ts'
import { type TypedValue, typedValue } from './typed-value.ts'
import { rewriteComments } from './walk.ts'

/** Encrypts every comment that stands in an encrypted place. */
export function sealComments(document: SopsDocument, { dataKey, random, isEncrypted }: Sealing): void {
  rewriteComments(document, (line, path) =>
    isEncrypted(path)
      ? encryptValue(typedValue('comment', line), dataKey, additionalData(path), random)
      : line,
  )
}

/** Decrypts every comment. A line that was never encrypted stays, as with sops. */
export function openComments(document: SopsDocument, dataKey: Uint8Array): void {
  rewriteComments(
    document,
    (line, path) => openComment(line, path, dataKey)?.value.bytes.toString('utf8') ?? line,
  )
}

/** Binds comments to where they will be written; those that are there already keep their ciphertext. */
export function moveComments(document: SopsDocument, { dataKey, random }: Sealing): void {
  rewriteComments(document, (line, path) => {
    const found = openComment(line, path, dataKey)
    if (!found || found.depth === path.length) return line
    return encryptValue(found.value, dataKey, additionalData(path), random)
  })
}

/**
 * A comment's text and the depth of the mapping it was encrypted in, which can be less than that of `path`:
 * where comments of an inner and of an outer mapping follow each other, the parser gives all to the inner one.
 */
function openComment(
  line: string,
  path: readonly string[],
  dataKey: Uint8Array,
): { value: TypedValue; depth: number } | undefined {
  if (!looksEncrypted(line)) return undefined
  for (let depth = path.length; depth >= 0; depth--) {
    const value = decryptValue(line, dataKey, additionalData(path.slice(0, depth)))
    if (value) return { value, depth }
  }
  return undefined
}
