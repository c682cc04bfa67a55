import { Secret } from '@homerack/secrets'
import type { CertificateAndKey } from '../secrets/secrets-bundle.ts'
import { issueLeaf, readIssuer } from '../x509/index.ts'
import type { LeafOptions } from '../x509/leaf-certificate.ts'

/** A client certificate from one of the bundle's authorities. */
export function issueClientCertificate(
  ca: CertificateAndKey,
  options: Omit<LeafOptions, 'extendedKeyUsage'>,
  subject: string,
): CertificateAndKey {
  const issuer = readIssuer({ crt: ca.crt, key: ca.key.reveal() }, subject)
  const { crt, key } = issueLeaf(issuer, { ...options, extendedKeyUsage: ['clientAuth'] })
  return { crt, key: new Secret(key) }
}
