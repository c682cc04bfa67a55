import 'reflect-metadata'
import { webcrypto } from 'node:crypto'
import {
  BasicConstraintsExtension,
  SubjectAlternativeNameExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509'

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const day = 86_400_000

export type Pair = { crt: string; key: string }
type Keys = webcrypto.CryptoKeyPair

export type Authority = Pair & {
  issue(subject: string, options?: { addresses?: string[]; notAfter?: Date }): Promise<Pair>
}

/** A certificate authority for one test. */
export async function createAuthority(): Promise<Authority> {
  const keys = await newKeys()
  const notBefore = new Date(Date.now() - 2 * day)
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: 'CN=test authority',
    keys,
    notBefore,
    notAfter: new Date(Date.now() + day),
    signingAlgorithm: algorithm,
    extensions: [new BasicConstraintsExtension(true, undefined, true)],
  })
  const issue: Authority['issue'] = async (subject, { addresses = [], notAfter } = {}) => {
    const own = await newKeys()
    const names = addresses.map((value) => ({ type: 'ip' as const, value }))
    const leaf = await X509CertificateGenerator.create({
      subject,
      issuer: certificate.subject,
      publicKey: own.publicKey,
      signingKey: keys.privateKey,
      notBefore,
      notAfter: notAfter ?? new Date(Date.now() + day),
      signingAlgorithm: algorithm,
      extensions: names.length > 0 ? [new SubjectAlternativeNameExtension(names)] : [],
    })
    return pair(leaf, own)
  }
  return { ...(await pair(certificate, keys)), issue }
}

function newKeys(): Promise<Keys> {
  return webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
}

async function pair(certificate: X509Certificate, { privateKey }: Keys): Promise<Pair> {
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', privateKey)).toString('base64')
  const key = `-----BEGIN PRIVATE KEY-----\n${der.replaceAll(/(.{64})/g, '$1\n').trim()}\n-----END PRIVATE KEY-----\n`
  return { crt: certificate.toString('pem'), key }
}

/** A kubeconfig with everything inside. */
export function kubeconfigFor(
  server: string,
  ca: string,
  credentials: Pair | { readonly token: string },
): string {
  const base64 = (text: string) => Buffer.from(text).toString('base64')
  const user =
    'token' in credentials
      ? credentials
      : { 'client-certificate-data': base64(credentials.crt), 'client-key-data': base64(credentials.key) }
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'test',
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'admin' } }],
    clusters: [{ name: 'test', cluster: { server, 'certificate-authority-data': base64(ca) } }],
    users: [{ name: 'admin', user }],
  })
}
