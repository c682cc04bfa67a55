import { createHash, X509Certificate } from 'node:crypto'

/** base64(SHA-256(SubjectPublicKeyInfo)) of a DER certificate: what a node in maintenance mode shows on its console. */
export function fingerprintOf(certificate: Uint8Array): string {
  const { publicKey } = new X509Certificate(certificate)
  return createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64')
}
