import { randomBytes } from 'node:crypto'
import { type CertificateAndKeyPem, readIssuer } from './certificate-authority.ts'
import { issueLeaf } from './leaf-certificate.ts'
import type { Name } from './name.ts'
import type { Random } from './private-key.ts'

export type ServerCertificateOptions = {
  /** The authority's certificate and key as PEM, in Talos' labels or the common ones. */
  readonly caCrt: string
  readonly caKey: { reveal(): string }
  /** IPv4 and IPv6 addresses that clients dial. */
  readonly addresses: readonly string[]
  readonly dnsNames: readonly string[]
  readonly subject?: Name
  /** Milliseconds; a day unless told. */
  readonly lifetime?: number
  readonly clock?: () => Date
  readonly random?: Random
}

/**
 * A TLS server certificate for the given addresses and names, signed by an Ed25519, ECDSA or RSA authority.
 * The key is PEM in Talos' labels; for Ed25519, Node needs it as `PRIVATE KEY` (see `nodeKeyPem`).
 *
 * Throws `E_PEM`, `E_PRIVATE_KEY`, `E_CERTIFICATE`, `E_KEY_MISMATCH`.
 */
export function issueServerCertificate(options: ServerCertificateOptions): CertificateAndKeyPem {
  const { caCrt, caKey, addresses, dnsNames, subject = {}, lifetime = 86_400_000 } = options
  const { clock = () => new Date(), random = randomBytes } = options
  const now = clock().getTime()
  return issueLeaf(readIssuer({ crt: caCrt, key: caKey.reveal() }, 'server certificate'), {
    subject,
    notBefore: new Date(now - allowedTimeSkew),
    notAfter: new Date(now + lifetime),
    keyUsage: ['digitalSignature', 'keyEncipherment'],
    extendedKeyUsage: ['serverAuth'],
    addresses,
    dnsNames,
    random,
  })
}

const allowedTimeSkew = 10_000

/** The same key under the label that Node and OpenSSL read (Talos labels Ed25519 keys its own way). */
export function nodeKeyPem(key: string): string {
  return key.replaceAll('ED25519 PRIVATE KEY-----', 'PRIVATE KEY-----')
}
