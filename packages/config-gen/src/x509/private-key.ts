import { createECDH, createPrivateKey, generateKeyPair, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import { FaultError } from '@homerack/errors'
import { bitString, explicit, integer, objectIdentifier, octetString, sequence } from './der.ts'
import { decodePem, encodePem } from './pem.ts'

/** A source of random bytes, `node:crypto`'s `randomBytes` outside tests. */
export type Random = (size: number) => Uint8Array

const ed25519 = '1.3.101.112'
const p256 = '1.2.840.10045.3.1.7'

/** A new Ed25519 key: its 32 bytes come from `random`. */
export function newEd25519Key(random: Random): KeyObject {
  const seed = octetString(octetString(random(32)))
  const der = sequence(integer(Uint8Array.of(0)), sequence(objectIdentifier(ed25519)), seed)
  return createPrivateKey({ key: Buffer.from(der), format: 'der', type: 'pkcs8' })
}

/** A new P-256 key: its scalar comes from `random`, drawn again where it is not below the group order. */
export function newP256Key(random: Random): KeyObject {
  for (;;) {
    const scalar = random(32)
    const curve = createECDH('prime256v1')
    try {
      curve.setPrivateKey(scalar)
    } catch {
      continue
    }
    // SEC 1 section C.4: version, key, [0] curve, [1] public key.
    const der = sequence(
      integer(Uint8Array.of(1)),
      octetString(scalar),
      explicit(0, objectIdentifier(p256)),
      explicit(1, bitString(curve.getPublicKey())),
    )
    return createPrivateKey({ key: Buffer.from(der), format: 'der', type: 'sec1' })
  }
}

/** A new RSA key of 4096 bits. Takes about a second; OpenSSL brings its own randomness. */
export async function newRsaKey(): Promise<KeyObject> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 4096 })
  return privateKey
}

/**
 * A private key as the PEM text that Talos writes: Ed25519 as PKCS#8 under Talos' own label
 * `ED25519 PRIVATE KEY`, elliptic curves as SEC 1, RSA as PKCS#1.
 */
export function formatPrivateKey(key: KeyObject): string {
  switch (key.asymmetricKeyType) {
    case 'ed25519':
      return encodePem('ED25519 PRIVATE KEY', key.export({ format: 'der', type: 'pkcs8' }))
    case 'ec':
      return encodePem('EC PRIVATE KEY', key.export({ format: 'der', type: 'sec1' }))
    default:
      return encodePem('RSA PRIVATE KEY', key.export({ format: 'der', type: 'pkcs1' }))
  }
}

const types = {
  'ED25519 PRIVATE KEY': 'pkcs8',
  'PRIVATE KEY': 'pkcs8',
  'EC PRIVATE KEY': 'sec1',
  'RSA PRIVATE KEY': 'pkcs1',
} as const

/**
 * Reads a private key in any form that Talos writes or accepts. OpenSSL refuses the Ed25519 label, so the
 * DER inside is read by its type. Throws `E_PEM` and `E_PRIVATE_KEY`; neither repeats the key.
 */
export function parsePrivateKey(text: string, subject: string): KeyObject {
  const { label, der } = decodePem(text, subject)
  const type = Object.entries(types).find(([known]) => known === label)?.[1]
  const fault = (cause: string) =>
    new FaultError({
      code: 'E_PRIVATE_KEY',
      subject,
      cause,
      hint: `Talos uses ${Object.keys(types).join(', ')}.`,
    })
  if (!type) throw fault(`a private key was expected, the PEM label is ${label}`)
  try {
    return createPrivateKey({ key: der, format: 'der', type })
  } catch {
    throw fault(`the content of the ${label} block is not a key`)
  }
}
