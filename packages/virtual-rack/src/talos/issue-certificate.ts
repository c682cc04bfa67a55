import 'reflect-metadata'
import { randomBytes, webcrypto } from 'node:crypto'
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509'
import { loadPrivateKey } from './private-key.ts'

export type KeyPair = { crt: string; key: string }

export type CertificateRequest = {
  /** Who signs, as PEM. Talos' `ED25519 PRIVATE KEY` label is understood. */
  ca: KeyPair
  subject: { commonName?: string; organizations?: readonly string[] }
  addresses?: readonly string[]
  dnsNames?: readonly string[]
  usage: 'server' | 'client'
  now: Date
  /** In hours; a year if not said. */
  hours?: number
}

const hour = 3_600_000
const ed25519 = { name: 'Ed25519' }
const p256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }

/** A certificate and its key, signed by a CA, with a key of the CA's own kind. */
export async function issueCertificate(request: CertificateRequest): Promise<KeyPair> {
  const caKey = await signingKey(request.ca.key)
  const keys = await generateKeys(caKey.algorithm.name === 'Ed25519' ? ed25519 : p256)
  const authority = new X509Certificate(request.ca.crt)
  const names = [
    ...(request.addresses ?? []).map((value) => ({ type: 'ip' as const, value })),
    ...(request.dnsNames ?? []).map((value) => ({ type: 'dns' as const, value })),
  ]
  const purpose = request.usage === 'server' ? ExtendedKeyUsage.serverAuth : ExtendedKeyUsage.clientAuth
  const certificate = await X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: subjectOf(request.subject),
    issuer: authority.subjectName,
    ...validity(request.now, request.hours ?? 365 * 24),
    publicKey: keys.publicKey,
    signingKey: caKey,
    signingAlgorithm: caKey.algorithm.name === 'ECDSA' ? p256 : caKey.algorithm,
    extensions: [
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([purpose]),
      ...authorityKeyIdentifier(authority),
      ...(names.length > 0 ? [new SubjectAlternativeNameExtension(names)] : []),
    ],
  })
  return { crt: certificate.toString('pem'), key: await exportKey(keys.privateKey) }
}

/** Names the CA by its own key identifier, as Go does: Talos' are random, not a hash of the key. */
function authorityKeyIdentifier(authority: X509Certificate): AuthorityKeyIdentifierExtension[] {
  const identifier = authority.getExtension(SubjectKeyIdentifierExtension)
  return identifier ? [new AuthorityKeyIdentifierExtension(identifier.keyId)] : []
}

/** A self-signed CA; Talos makes an Ed25519 one for its maintenance mode. */
export async function issueAuthority(
  organization: string,
  now: Date,
  kind: 'Ed25519' | 'P-256' = 'Ed25519',
): Promise<KeyPair> {
  const algorithm = kind === 'Ed25519' ? ed25519 : p256
  const keys = await generateKeys(algorithm)
  const name = subjectOf({ organizations: [organization] })
  const certificate = await X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: name,
    issuer: name,
    ...validity(now, 87_600),
    publicKey: keys.publicKey,
    signingKey: keys.privateKey,
    signingAlgorithm: algorithm,
    extensions: [
      new BasicConstraintsExtension(true, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature | KeyUsageFlags.keyCertSign, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth, ExtendedKeyUsage.clientAuth]),
      await SubjectKeyIdentifierExtension.create(keys.publicKey, false),
    ],
  })
  return { crt: certificate.toString('pem'), key: await exportKey(keys.privateKey) }
}

async function signingKey(pem: string): Promise<webcrypto.CryptoKey> {
  const key = loadPrivateKey(pem)
  const der = key.export({ type: 'pkcs8', format: 'der' })
  const algorithm =
    key.asymmetricKeyType === 'ed25519'
      ? ed25519
      : key.asymmetricKeyType === 'ec'
        ? p256
        : { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
  return await webcrypto.subtle.importKey('pkcs8', der, algorithm, true, ['sign'])
}

async function generateKeys(algorithm: typeof ed25519 | typeof p256): Promise<webcrypto.CryptoKeyPair> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  return keys as webcrypto.CryptoKeyPair
}

async function exportKey(key: webcrypto.CryptoKey): Promise<string> {
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key))
  const lines = der.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN PRIVATE KEY-----\n${lines.join('\n')}\n-----END PRIVATE KEY-----\n`
}

function subjectOf({
  commonName,
  organizations = [],
}: CertificateRequest['subject']): { [name: string]: string[] }[] {
  return [
    ...(organizations.length > 0 ? [{ O: [...organizations] }] : []),
    ...(commonName ? [{ CN: [commonName] }] : []),
  ]
}

/** Begins a moment early, so that clocks need not agree to the second. */
function validity(now: Date, hours: number): { notBefore: Date; notAfter: Date } {
  return { notBefore: new Date(now.getTime() - 10_000), notAfter: new Date(now.getTime() + hours * hour) }
}

function serialNumber(): string {
  return `00${randomBytes(15).toString('hex')}`
}
