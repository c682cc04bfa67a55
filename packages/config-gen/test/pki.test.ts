import 'reflect-metadata'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { connect, createServer, type TLSSocket } from 'node:tls'
import * as peculiar from '@peculiar/x509'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import {
  inspectCertificate,
  issueServerCertificate,
  mintKubeconfig,
  mintTalosconfig,
  newSecretsBundle,
  nodeKeyPem,
  type SecretsBundle,
  talosContract,
} from '../src/index.ts'
import { readDer } from '../src/x509/read-der.ts'
import { codesOf } from './faults-of.ts'
import { fixedClock, seededRandom } from './seeded-random.ts'

const clock = fixedClock
let bundle: SecretsBundle

beforeAll(async () => {
  bundle = await newSecretsBundle({ contract: talosContract('v1.13'), clock, random: seededRandom() })
})

const extensionsOf = (pem: string) =>
  new peculiar.X509Certificate(pem).extensions.map(({ type, critical }) => `${type}${critical ? '!' : ''}`)

const authority = ['2.5.29.15!', '2.5.29.37', '2.5.29.19!', '2.5.29.14']

test.each([
  ['os', 'O=talos', 'Ed25519'],
  ['k8s', 'O=kubernetes', 'ECDSA'],
  ['etcd', 'O=etcd', 'ECDSA'],
  ['k8sAggregator', '', 'ECDSA'],
] as const)('another reader finds the authority %s as Talos makes it', async (name, subject, algorithm) => {
  const certificate = new peculiar.X509Certificate(bundle.certs[name].crt)
  expect(certificate.subject).toBe(subject)
  expect(certificate.issuer).toBe(subject)
  expect(certificate.publicKey.algorithm.name).toBe(algorithm)
  expect(certificate.serialNumber.length).toBeGreaterThan(28)
  expect(certificate.notBefore).toEqual(clock())
  expect(certificate.notAfter.getTime() - clock().getTime()).toBe(87_600 * 3_600_000)
  expect(extensionsOf(bundle.certs[name].crt)).toEqual(authority)
  const usages = certificate.getExtension(peculiar.KeyUsagesExtension)?.usages
  expect(usages).toBe(peculiar.KeyUsageFlags.digitalSignature | peculiar.KeyUsageFlags.keyCertSign)
  expect(certificate.getExtension(peculiar.BasicConstraintsExtension)).toMatchObject({ ca: true })
  expect(await certificate.verify({ signatureOnly: true })).toBe(true)
})

test('a talosconfig carries roles as organizations, for a year', async () => {
  const config = mintTalosconfig(bundle, {
    name: 'closet',
    endpoints: ['192.168.10.51'],
    clock,
    random: seededRandom(),
  })
  const certificate = new peculiar.X509Certificate(config.crt)
  expect(certificate.subject).toBe('O=os:admin')
  expect(extensionsOf(config.crt)).toEqual(['2.5.29.15!', '2.5.29.37', '2.5.29.35'])
  expect(
    await certificate.verify({
      publicKey: new peculiar.X509Certificate(config.ca).publicKey,
      signatureOnly: true,
    }),
  ).toBe(true)
  const file = parse(config.format().reveal())
  expect(file).toMatchObject({ context: 'closet', contexts: { closet: { endpoints: ['192.168.10.51'] } } })
  expect(Buffer.from(file.contexts.closet.key, 'base64').toString()).toBe(config.key.reveal())
})

test('a talosconfig is the same for the same clock and randomness', () => {
  const mint = () =>
    mintTalosconfig(bundle, { name: 'closet', endpoints: ['192.168.10.51'], clock, random: seededRandom() })
  const digest = createHash('sha256').update(mint().crt).digest('hex')
  expect(digest).toBe('eb5d8e9e6386038a4f2bc7e81d3ae5b158558ece1683781e5ec06ab944923645')
  expect(mint().format().equals(mint().format())).toBe(true)
})

test('a kubeconfig names user and groups', () => {
  const config = mintKubeconfig(bundle, { name: 'closet', server: 'https://192.168.10.50:6443', clock })
  const certificate = new peculiar.X509Certificate(config.crt)
  expect(certificate.subject).toBe('O=system:masters, CN=admin')
  expect(certificate.notBefore.getTime()).toBe(clock().getTime() - 10_000)
  expect(parse(config.format().reveal())).toMatchObject({
    'current-context': 'admin@closet',
    clusters: [{ name: 'closet', cluster: { server: 'https://192.168.10.50:6443' } }],
  })
})

test('unknown roles are refused', () => {
  const roles = ['os:root' as 'os:admin', 'os:reader' as const]
  expect(codesOf(() => mintTalosconfig(bundle, { name: 'x', endpoints: [], roles }))).toEqual([
    'E_TALOS_ROLE',
  ])
})

describe.each(['os', 'k8s'] as const)('a server certificate of %s', (name) => {
  const issue = (addresses: readonly string[]) =>
    issueServerCertificate({
      caCrt: bundle.certs[name].crt,
      caKey: bundle.certs[name].key,
      addresses,
      dnsNames: ['pi-1'],
    })

  test('names its addresses', () => {
    const { crt } = issue(['192.168.10.51', 'fd00::1', '::ffff:1.2.3.4', '::'])
    expect(inspectCertificate(crt, { now: new Date() }).subjectAltName).toBe(
      'DNS:pi-1, IP Address:192.168.10.51, IP Address:FD00:0:0:0:0:0:0:1, IP Address:0:0:0:0:0:FFFF:102:304, IP Address:0:0:0:0:0:0:0:0',
    )
  })

  test('serves TLS to a client of the same authority', async () => {
    const { crt, key } = issue(['127.0.0.1'])
    const ca = bundle.certs[name].crt
    const client =
      name === 'os'
        ? mintTalosconfig(bundle, { name: 'x', endpoints: [] })
        : mintKubeconfig(bundle, { name: 'x', server: 'https://x' })
    const server = createServer({
      cert: crt,
      key: nodeKeyPem(key),
      ca,
      requestCert: true,
      rejectUnauthorized: true,
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as { port: number }
    const accepted = once(server, 'secureConnection')
    const socket = connect({
      host: '127.0.0.1',
      port,
      ca,
      cert: client.crt,
      key: nodeKeyPem(client.key.reveal()),
    })
    await once(socket, 'secureConnect')
    const [peer] = (await accepted) as [TLSSocket]
    expect([peer.authorized, socket.authorized]).toEqual([true, true])
    expect(peer.getPeerCertificate().subject.O).toBe(name === 'os' ? 'os:admin' : 'system:masters')
    peer.destroy()
    socket.destroy()
    server.close()
    await once(server, 'close')
  })
})

test.each([
  ['2026-01-02T03:04:04Z', 'not yet valid'],
  ['2026-01-03T00:00:00Z', 'valid'],
  ['2026-12-20T00:00:00Z', 'soon'],
  ['2027-01-02T03:04:05Z', 'expired'],
])('at %s it is %s', (now, state) => {
  const { crt } = mintTalosconfig(bundle, { name: 'x', endpoints: [], clock })
  expect(inspectCertificate(crt, { now: new Date(now) }).state).toBe(state)
})

test.each([
  ['E_PEM', 'nothing'],
  ['E_PEM', '-----BEGIN CERTIFICATE-----\nMIIB'],
  ['E_CERTIFICATE', '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----'],
  ['E_CERTIFICATE', '-----BEGIN OTHER-----\nMIIB\n-----END OTHER-----'],
])('%s: %j', (code, text) => {
  expect(codesOf(() => inspectCertificate(text, { now: new Date() }))).toEqual([code])
})

test('damaged PEM is refused, never a crash', () => {
  const { crt, key } = bundle.certs.k8s
  const damaged = (text: string) =>
    fc
      .tuple(fc.nat(text.length), fc.nat(text.length), fc.string())
      .map(([from, to, junk]) => text.slice(0, from) + junk + text.slice(to))
  fc.assert(
    fc.property(damaged(crt), damaged(key.reveal()), (badCrt, badKey) => {
      const issue = () =>
        issueServerCertificate({
          caCrt: badCrt,
          caKey: { reveal: () => badKey },
          addresses: [],
          dnsNames: [],
        })
      for (const code of codesOf(issue)) expect(code).toMatch(/^E_/)
    }),
    { numRuns: 300 },
  )
})

test('DER that is cut off is a RangeError', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      try {
        const elements = readDer(bytes)
        expect(Buffer.concat(elements.map((element) => element.bytes))).toEqual(Buffer.from(bytes))
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError)
      }
    }),
  )
})
