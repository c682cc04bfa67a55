import 'reflect-metadata'
import { webcrypto } from 'node:crypto'
import * as x509 from '@peculiar/x509'

export type Pair = { crt: string; key: string }
export type Authority = Pair & { name: string; signingKey: webcrypto.CryptoKey }

const crypto = webcrypto
x509.cryptoProvider.set(crypto)
const algorithm = { name: 'Ed25519' }
const day = 86_400_000

async function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return (await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as webcrypto.CryptoKeyPair
}

/** PKCS #8 under the label that Talos writes. */
async function talosPem(key: webcrypto.CryptoKey): Promise<string> {
  const der = Buffer.from(await crypto.subtle.exportKey('pkcs8', key)).toString('base64')
  return `-----BEGIN ED25519 PRIVATE KEY-----\n${der}\n-----END ED25519 PRIVATE KEY-----\n`
}

export async function newAuthority(organization = 'talos'): Promise<Authority> {
  const keys = await newKeys()
  const name = `O=${organization}`
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name,
    keys,
    signingAlgorithm: algorithm,
    notBefore: new Date(Date.now() - 1000),
    notAfter: new Date(Date.now() + day),
    extensions: [new x509.BasicConstraintsExtension(true, undefined, true)],
  })
  return {
    crt: certificate.toString('pem'),
    key: await talosPem(keys.privateKey),
    name,
    signingKey: keys.privateKey,
  }
}

export async function newLeaf(
  authority: Authority,
  options: { subject: string; ip?: string; notAfter?: Date },
): Promise<Pair & { spki: Buffer }> {
  const keys = await newKeys()
  const certificate = await x509.X509CertificateGenerator.create({
    subject: options.subject,
    issuer: authority.name,
    publicKey: keys.publicKey,
    signingKey: authority.signingKey,
    signingAlgorithm: algorithm,
    notBefore: new Date(Date.now() - 2 * day),
    notAfter: options.notAfter ?? new Date(Date.now() + day),
    extensions: options.ip
      ? [new x509.SubjectAlternativeNameExtension([{ type: 'ip', value: options.ip }])]
      : [],
  })
  const spki = Buffer.from(await crypto.subtle.exportKey('spki', keys.publicKey))
  return { crt: certificate.toString('pem'), key: await talosPem(keys.privateKey), spki }
}
