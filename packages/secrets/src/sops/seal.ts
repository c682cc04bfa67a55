import type { Scalar } from 'yaml'
import { additionalData, encryptValue, type Random } from './cipher.ts'
import { type SopsDocument, type SopsFormat, scalarOf } from './document.ts'
import { assignScalar } from './edit-document.ts'
import { macOf } from './mac.ts'
import type { IsEncrypted } from './rule.ts'
import type { Values } from './sops-tree.ts'
import { typedValue } from './typed-value.ts'
import { leavesOf } from './walk.ts'

export type Sealing = {
  readonly dataKey: Uint8Array
  readonly random: Random
  readonly isEncrypted: IsEncrypted
  readonly format: SopsFormat
}

/** Writes ciphertext into those of the chosen scalars that the rule wants encrypted. */
export function sealValues(
  document: SopsDocument,
  values: Values,
  chosen: (node: Scalar) => boolean,
  { dataKey, random, isEncrypted, format }: Sealing,
): void {
  for (const { node, path } of leavesOf(document)) {
    const value = values.get(node)
    if (!value || !chosen(node) || !isEncrypted(path)) continue
    const ciphertext = encryptValue(value, dataKey, additionalData(path), random)
    assignScalar(node, scalarOf(typedValue('str', ciphertext), format))
  }
}

/** The encrypted MAC and the time of the change that it is bound to. Call it before `sealValues`. */
export function sealMac(
  document: SopsDocument,
  values: Values,
  onlyEncrypted: boolean,
  now: Date,
  { dataKey, random, isEncrypted }: Sealing,
): { mac: string; lastModified: string } {
  const lastModified = now.toISOString().replace(/\.\d+Z$/, 'Z')
  const hash = typedValue('str', macOf(document, values, isEncrypted, onlyEncrypted))
  return { mac: encryptValue(hash, dataKey, lastModified, random), lastModified }
}
