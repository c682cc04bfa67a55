import { createPublicKey, type KeyObject, sign } from 'node:crypto'
import { bitString, explicit, integer, objectIdentifier, sequence, time } from './der.ts'
import { type Extensions, encodeExtensions } from './extensions.ts'
import { encodeName, type Name } from './name.ts'
import { encodePem } from './pem.ts'

/** Who signs: the DER of its subject, and its private key. */
export type Signer = { readonly name: Uint8Array; readonly key: KeyObject }

export type CertificateContent = {
  readonly serial: Uint8Array
  readonly subject: Name
  readonly notBefore: Date
  readonly notAfter: Date
  /** The key that the certificate is for; its public half is written. */
  readonly key: KeyObject
  readonly extensions: Extensions
}

/**
 * A signed X.509 v3 certificate as PEM (RFC 5280), field by field as Go's crypto/x509 writes it, because
 * Talos does. The bytes below the signature depend on nothing but the arguments; ECDSA signatures differ
 * from call to call.
 */
export function signCertificate(content: CertificateContent, signer: Signer): string {
  const { algorithm, hash } = signatureAlgorithm(signer.key)
  const subject = encodeName(content.subject)
  const emptySubject = subject.length === 2
  const body = sequence(
    explicit(0, integer(Uint8Array.of(2))),
    integer(content.serial),
    algorithm,
    signer.name,
    sequence(time(content.notBefore), time(content.notAfter)),
    subject,
    createPublicKey(content.key).export({ format: 'der', type: 'spki' }),
    encodeExtensions(content.extensions, emptySubject),
  )
  const signature = sign(hash, body, signer.key)
  return encodePem('CERTIFICATE', sequence(body, algorithm, bitString(signature)))
}

const ecdsa = {
  prime256v1: { oid: '1.2.840.10045.4.3.2', hash: 'sha256' },
  secp384r1: { oid: '1.2.840.10045.4.3.3', hash: 'sha384' },
  secp521r1: { oid: '1.2.840.10045.4.3.4', hash: 'sha512' },
} as const

function signatureAlgorithm(key: KeyObject): { algorithm: Uint8Array; hash: string | null } {
  if (key.asymmetricKeyType === 'ed25519') {
    return { algorithm: sequence(objectIdentifier('1.3.101.112')), hash: null }
  }
  if (key.asymmetricKeyType === 'ec') {
    const curve = key.asymmetricKeyDetails?.namedCurve
    const { oid, hash } = ecdsa[curve === 'secp384r1' || curve === 'secp521r1' ? curve : 'prime256v1']
    return { algorithm: sequence(objectIdentifier(oid)), hash }
  }
  const noParameters = Uint8Array.of(0x05, 0)
  return { algorithm: sequence(objectIdentifier('1.2.840.113549.1.1.11'), noParameters), hash: 'sha256' }
}
