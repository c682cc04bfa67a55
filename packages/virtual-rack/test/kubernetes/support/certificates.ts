import 'reflect-metadata'
import { webcrypto } from 'node:crypto'
import {
  BasicConstraintsExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509'

export type Pair = { crt: string; key: string }
export type Authority = Pair & { sign(subject: string, names?: string[]): Promise<Pair> }

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const dates = { notBefore: new Date('2026-01-01'), notAfter: new Date('2046-01-01') }

/** A certificate authority that lives as long as the test. Names are IP addresses or host names. */
export async function createAuthority(name = 'CN=kubernetes'): Promise<Authority> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const certificate = await X509CertificateGenerator.createSelfSigned({
    ...dates,
    name,
    keys,
    signingAlgorithm: algorithm,
    extensions: [new BasicConstraintsExtension(true, undefined, true)],
  })
  return {
    crt: certificate.toString('pem'),
    key: await pem(keys.privateKey),
    async sign(subject, names = []) {
      const leaf = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
      const alternatives = names.map((value) => ({
        type: /^[\d.]+$/.test(value) ? ('ip' as const) : ('dns' as const),
        value,
      }))
      const signed = await X509CertificateGenerator.create({
        ...dates,
        subject,
        issuer: certificate.subject,
        publicKey: leaf.publicKey,
        signingKey: keys.privateKey,
        signingAlgorithm: algorithm,
        extensions: names.length > 0 ? [new SubjectAlternativeNameExtension(alternatives)] : [],
      })
      return { crt: signed.toString('pem'), key: await pem(leaf.privateKey) }
    },
  }
}

async function pem(key: webcrypto.CryptoKey): Promise<string> {
  const bytes = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key)).toString('base64')
  return `-----BEGIN PRIVATE KEY-----\n${bytes.replace(/.{64}/g, '$&\n')}\n-----END PRIVATE KEY-----\n`
}
