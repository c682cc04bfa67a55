import { type KeyObject, X509Certificate } from 'node:crypto'
import { FaultError } from '@homerack/errors'
import { signCertificate } from './certificate.ts'
import { encodeName, type Name } from './name.ts'
import { decodePem } from './pem.ts'
import { formatPrivateKey, parsePrivateKey, type Random } from './private-key.ts'
import { type DerElement, readDer } from './read-der.ts'

/** A certificate and its private key, both as PEM. */
export type CertificateAndKeyPem = { readonly crt: string; readonly key: string }

const hour = 3_600_000

/**
 * A self-signed certificate authority as Talos makes them: 128-bit serial, ten years, server and client
 * authentication, a random key id (siderolabs/crypto v0.6.5, certificate_authority.go).
 */
export function newCertificateAuthority(options: {
  readonly name: Name
  readonly key: KeyObject
  readonly now: Date
  readonly random: Random
}): CertificateAndKeyPem {
  const { name, key, now, random } = options
  const content = {
    serial: random(16),
    subject: name,
    notBefore: now,
    notAfter: new Date(now.getTime() + 87_600 * hour),
    key,
    extensions: {
      keyUsage: ['digitalSignature', 'keyCertSign'],
      extendedKeyUsage: ['serverAuth', 'clientAuth'],
      ca: true,
      subjectKeyId: random(20),
    },
  } as const
  return { crt: signCertificate(content, { name: encodeName(name), key }), key: formatPrivateKey(key) }
}

/** A certificate authority that is ready to sign. */
export type Issuer = {
  readonly name: Uint8Array
  readonly keyId: Uint8Array | undefined
  readonly key: KeyObject
}

/**
 * Reads what is needed to sign in the name of a certificate authority.
 *
 * Throws `E_PEM`, `E_PRIVATE_KEY`, `E_CERTIFICATE` (not a certificate), `E_KEY_MISMATCH` (the key belongs
 * to another certificate).
 */
export function readIssuer(pair: CertificateAndKeyPem, subject: string): Issuer {
  const key = parsePrivateKey(pair.key, subject)
  const certificate = parseCertificate(pair.crt, subject)
  if (!certificate.checkPrivateKey(key)) {
    throw new FaultError({
      code: 'E_KEY_MISMATCH',
      subject,
      cause: 'the private key does not belong to the certificate',
      hint: 'Take both from the same bundle.',
    })
  }
  return { ...namesOf(certificate.raw), key }
}

/** Throws `E_PEM` and `E_CERTIFICATE`. */
export function parseCertificate(text: string, subject: string): X509Certificate {
  const { label, der } = decodePem(text, subject)
  try {
    if (label === 'CERTIFICATE') return new X509Certificate(der)
  } catch {
    // The same fault as for a wrong label.
  }
  throw new FaultError({
    code: 'E_CERTIFICATE',
    subject,
    cause: `a certificate was expected, the ${label} block holds something else`,
  })
}

const subjectKeyId = Buffer.from([0x55, 0x1d, 0x0e])

/** The subject and the key id, byte for byte: node:crypto gives neither. */
function namesOf(certificate: Uint8Array): { name: Uint8Array; keyId: Uint8Array | undefined } {
  const children = (element: DerElement | undefined) => (element ? readDer(element.content) : [])
  const [whole] = readDer(certificate)
  const [body] = children(whole)
  const fields = children(body)
  // An optional [0] version comes before serial, algorithm, issuer, validity and subject.
  const name = fields[fields[0]?.tag === 0xa0 ? 5 : 4]
  const extensions = children(children(fields.find(({ tag }) => tag === 0xa3))[0])
  const found = extensions.map(children).find(([oid]) => oid?.content.equals(subjectKeyId))
  return { name: name?.bytes ?? encodeName({}), keyId: children(found?.at(-1))[0]?.content }
}
