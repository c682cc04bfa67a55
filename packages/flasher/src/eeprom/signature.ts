import { createPrivateKey, createPublicKey, hash, sign, verify } from 'node:crypto'
import { FaultError } from '@homerack/errors'

/** What a `.sig` file says about the file beside it. */
export type EepromSignature = {
  /** SHA-256 in lower-case hex: guards against damage, not against people. */
  readonly sha256: string
  /** Seconds since 1970. A bootloader that updates itself takes only what is newer than what it has. */
  readonly time?: number
  readonly soc?: string
  /** RSASSA-PKCS1-v1_5 over the file, 2048 bits, in hex. Checked only by boards with SIGNED_BOOT. */
  readonly rsa2048?: string
}

/**
 * The text of the `.sig` file for `content`. Make it once for a file: with a fresh time for each request, a board
 * may update itself again and again.
 * @param time seconds since 1970
 * @param key RSA key of 2048 bits in PEM, where boards demand signatures
 * @throws FaultError E_EEPROM_KEY
 */
export function formatSignature(
  content: Uint8Array,
  { time, soc = '2712', key }: { time: number; soc?: string; key?: { reveal(): string } },
): string {
  const lines = [hash('sha256', content), `ts: ${time}`, `target-soc: ${soc}`]
  if (key) lines.push(`rsa2048: ${sign('sha256', content, rsaKey(key.reveal())).toString('hex')}`)
  return `${lines.join('\n')}\n`
}

/** Reads a `.sig` file. @throws FaultError E_EEPROM_SIGNATURE */
export function parseSignature(text: string): EepromSignature {
  const [sha256 = '', ...rest] = text.split(/\r?\n/).map((line) => line.trim())
  const fields = new Map(rest.filter(Boolean).map((line) => line.split(/:\s*/, 2) as [string, string]))
  const time = fields.get('ts')
  const rsa2048 = fields.get('rsa2048')
  const soc = fields.get('target-soc')
  const wrong = [
    ...(/^[0-9a-f]{64}$/.test(sha256) ? [] : ['its first line is no SHA-256 in lower-case hex']),
    ...(time === undefined || /^\d{1,10}$/.test(time) ? [] : ['ts is no time']),
    ...(rsa2048 === undefined || /^[0-9a-f]{512}$/.test(rsa2048)
      ? []
      : ['rsa2048 is no signature of 2048 bits']),
  ]
  if (wrong.length > 0)
    throw new FaultError(wrong.map((cause) => fault('E_EEPROM_SIGNATURE', '.sig file', cause)))
  return { sha256, ...(time && { time: Number(time) }), ...(soc && { soc }), ...(rsa2048 && { rsa2048 }) }
}

/** Whether an RSA signature is that of `content` by `publicKey`, a PEM. */
export function verifySignature(
  content: Uint8Array,
  { rsa2048 = '' }: EepromSignature,
  publicKey: string,
): boolean {
  return verify('sha256', content, createPublicKey(publicKey), Buffer.from(rsa2048, 'hex'))
}

/**
 * The `pubkey.bin` of a bootloader image: modulus and exponent, little-endian.
 * @throws FaultError E_EEPROM_KEY
 */
export function formatPublicKey(pem: string): Buffer {
  const { n = '', e = '' } = createPublicKey(pem).export({ format: 'jwk' }) as { n?: string; e?: string }
  const modulus = Buffer.from(n, 'base64url').reverse()
  if (modulus.length !== 256) throw notRsa2048()
  const exponent = Buffer.alloc(8)
  exponent.set(Buffer.from(e, 'base64url').reverse())
  return Buffer.concat([modulus, exponent])
}

function rsaKey(pem: string) {
  const key = createPrivateKey(pem)
  if (key.asymmetricKeyType === 'rsa' && key.asymmetricKeyDetails?.modulusLength === 2048) return key
  throw notRsa2048()
}

const notRsa2048 = () =>
  new FaultError(fault('E_EEPROM_KEY', 'signing key', 'it is not an RSA key of 2048 bits'))

const fault = (code: `E_${string}`, subject: string, cause: string) => ({ code, subject, cause })
