import type { KeyObject } from 'node:crypto'
import { signCertificate } from './certificate.ts'
import type { CertificateAndKeyPem, Issuer } from './certificate-authority.ts'
import type { ExtendedKeyUsage, KeyUsage } from './extensions.ts'
import type { Name } from './name.ts'
import { formatPrivateKey, newEd25519Key, newP256Key, type Random } from './private-key.ts'

export type LeafOptions = {
  readonly subject: Name
  readonly notBefore: Date
  readonly notAfter: Date
  readonly keyUsage: readonly KeyUsage[]
  readonly extendedKeyUsage: readonly ExtendedKeyUsage[]
  readonly addresses?: readonly string[]
  readonly dnsNames?: readonly string[]
  readonly random: Random
}

/** A leaf with a new key: Ed25519 under an Ed25519 authority, P-256 under any other, as Talos does. */
export function issueLeaf(issuer: Issuer, options: LeafOptions): CertificateAndKeyPem {
  const { subject, notBefore, notAfter, random, ...extensions } = options
  const key: KeyObject =
    issuer.key.asymmetricKeyType === 'ed25519' ? newEd25519Key(random) : newP256Key(random)
  const content = {
    serial: random(16),
    subject,
    notBefore,
    notAfter,
    key,
    extensions: { ...extensions, authorityKeyId: issuer.keyId },
  }
  return { crt: signCertificate(content, issuer), key: formatPrivateKey(key) }
}
