import { X509Certificate } from 'node:crypto'
import { createSecureContext, type SecureContext } from 'node:tls'
import { type Fault, FaultError } from '@homerack/errors'

/**
 * How to talk to a node: with a client certificate of its cluster (PEM texts, as in a talosconfig once its base64
 * is taken off), or without one in maintenance mode, where `fingerprint` pins the node's throw-away certificate.
 */
export type Credentials =
  | ClusterCredentials
  | { readonly maintenance: { readonly fingerprint?: string | undefined } }

export type ClusterCredentials = {
  readonly ca: string
  readonly crt: string
  readonly key: { reveal(): string }
}

/**
 * A private key under a label that OpenSSL knows. Talos writes PKCS #8 under `ED25519 PRIVATE KEY`, which Node
 * refuses with ERR_OSSL_UNSUPPORTED.
 */
function relabelKey(pem: string): string {
  return pem.replaceAll('ED25519 PRIVATE KEY-----', 'PRIVATE KEY-----')
}

/** @throws FaultError E_TALOS_CREDENTIALS about `subject` if a certificate or the key cannot be read. */
export function secureContextOf(credentials: Credentials, subject: string): SecureContext {
  const minVersion = 'TLSv1.2'
  if ('maintenance' in credentials) return createSecureContext({ minVersion })
  const { ca, crt, key } = credentials
  try {
    return createSecureContext({ minVersion, ca, cert: crt, key: relabelKey(key.reveal()) })
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    const fault = {
      code: 'E_TALOS_CREDENTIALS',
      subject,
      cause: `cannot use the certificates or the key: ${why}`,
    } as const
    throw new FaultError({ ...fault, hint: 'They are PEM texts that belong to each other.' })
  }
}

/** Credentials that were usable until their client certificate ended. Undefined: not so. */
export function expiredFault(credentials: Credentials, subject: string, now: number): Fault | undefined {
  if ('maintenance' in credentials) return undefined
  const { validTo } = new X509Certificate(credentials.crt)
  if (Date.parse(validTo) > now) return undefined
  return {
    code: 'E_TALOS_EXPIRED',
    subject,
    cause: `our client certificate ended on ${new Date(validTo).toISOString()}`,
    hint: 'Make a new talosconfig from the cluster secrets; or the clock of this machine is wrong.',
  }
}
