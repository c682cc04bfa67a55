import { createCipheriv, createDecipheriv } from 'node:crypto'
import { type TypedValue, typedBool, typedFloat, typedValue, type ValueType } from './typed-value.ts'

/** Random bytes, injected so that tests can be golden. */
export type Random = (length: number) => Uint8Array

const encrypted =
  /^ENC\[AES256_GCM,data:([A-Za-z0-9+/=]+),iv:([A-Za-z0-9+/=]+),tag:([A-Za-z0-9+/=]{24}),type:([a-z]+)\]$/

/** True for text that claims to be SOPS ciphertext, whole or damaged. */
export function looksEncrypted(text: string): boolean {
  return text.startsWith('ENC[AES256_GCM,')
}

/** The additional data of AES-GCM: the keys on the way to the value. List positions are not part of it. */
export function additionalData(path: readonly string[]): string {
  return `${path.join(':')}:`
}

/**
 * SOPS ciphertext of one value: AES-256-GCM with a 32 byte nonce (`aes/cipher.go` of sops 3.13).
 * An empty text stays empty.
 */
export function encryptValue(value: TypedValue, key: Uint8Array, aad: string, random: Random): string {
  if (value.bytes.length === 0) return ''
  const iv = random(32)
  const cipher = createCipheriv('aes-256-gcm', key, iv, { authTagLength: 16 })
  cipher.setAAD(Buffer.from(aad))
  const data = Buffer.concat([cipher.update(value.bytes), cipher.final()])
  const [data64, iv64, tag64] = [data, Buffer.from(iv), cipher.getAuthTag()].map((b) => b.toString('base64'))
  return `ENC[AES256_GCM,data:${data64},iv:${iv64},tag:${tag64},type:${value.type}]`
}

/** The value inside SOPS ciphertext, or undefined if it was changed, cut off, or moved to another place. */
export function decryptValue(text: string, key: Uint8Array, aad: string): TypedValue | undefined {
  if (text === '') return typedValue('str', '')
  const [, data = '', iv = '', tag = '', type = ''] = encrypted.exec(text) ?? []
  if (data === '') return undefined
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(iv, 'base64'), { authTagLength: 16 })
    decipher.setAuthTag(Buffer.from(tag, 'base64'))
    decipher.setAAD(Buffer.from(aad))
    return canonical(type, Buffer.concat([decipher.update(Buffer.from(data, 'base64')), decipher.final()]))
  } catch {
    return undefined
  }
}

/** Numbers and booleans may have been written by other versions of SOPS; the MAC is over Go's own form. */
function canonical(type: string, bytes: Buffer): TypedValue | undefined {
  const text = bytes.toString('utf8')
  switch (type as ValueType) {
    case 'str':
    case 'bytes':
    case 'comment':
    case 'time':
      return { type: type as ValueType, bytes }
    case 'int':
      return /^[-+]?[0-9]+$/.test(text) ? typedValue('int', String(BigInt(text.replace('+', '')))) : undefined
    case 'float':
      return typedFloat(Number(text.replace(/^\+?(-?)Inf$/, '$1Infinity')))
    case 'bool':
      return /^(1|t|true|0|f|false)$/i.test(text) ? typedBool(/^(1|t)/i.test(text)) : undefined
  }
  return undefined
}
