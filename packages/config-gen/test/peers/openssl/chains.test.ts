import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findPeer } from '@homerack/testbed'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  issueServerCertificate,
  mintKubeconfig,
  mintTalosconfig,
  newSecretsBundle,
  nodeKeyPem,
  type SecretsBundle,
  talosContract,
} from '../../../src/index.ts'

const peer = findPeer('openssl')
const missing = 'missing' in peer ? peer.missing : ''
const folder = mkdtempSync(join(tmpdir(), 'config-gen-'))
let bundle: SecretsBundle

beforeAll(async () => {
  bundle = await newSecretsBundle({ contract: talosContract('v1.13') })
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const openssl = (...args: string[]) =>
  execFileSync('path' in peer ? peer.path : '', args, { encoding: 'utf8' })

function file(name: string, text: string): string {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}

describe.skipIf(missing)(`openssl${missing && `: ${missing}`}`, () => {
  test.each(['os', 'k8s', 'etcd', 'k8sAggregator'] as const)('verifies what %s signs', (name) => {
    const { crt, key } = bundle.certs[name]
    const ca = file('ca.crt', crt)
    const server = issueServerCertificate({
      caCrt: crt,
      caKey: key,
      addresses: ['192.168.10.51'],
      dnsNames: ['pi-1'],
      subject: { commonName: 'pi-1' },
    })
    const leaf = file('leaf.crt', server.crt)
    const verify = [
      'verify',
      '-x509_strict',
      '-CAfile',
      ca,
      '-purpose',
      'sslserver',
      '-verify_ip',
      '192.168.10.51',
      leaf,
    ]
    // OpenSSL's strict mode wants issuers to have names; Talos' aggregator has none.
    expect(
      openssl(...verify.filter((flag) => flag !== '-x509_strict' || name !== 'k8sAggregator')),
    ).toContain('OK')
  })

  test('verifies the clients', () => {
    const talos = mintTalosconfig(bundle, { name: 'x', endpoints: [] })
    const kubernetes = mintKubeconfig(bundle, { name: 'x', server: 'https://x' })
    for (const { ca, crt } of [talos, kubernetes]) {
      const flags = ['-CAfile', file('ca.crt', ca), '-purpose', 'sslclient', file('client.crt', crt)]
      expect(openssl('verify', '-x509_strict', ...flags)).toContain('OK')
    }
  })

  test('reads the keys', () => {
    const { os, k8s, k8sServiceAccount } = bundle.certs
    for (const { key } of [os, k8s, k8sServiceAccount]) {
      expect(openssl('pkey', '-noout', '-text', '-in', file('key.pem', nodeKeyPem(key.reveal())))).toContain(
        'Key',
      )
    }
    expect(
      openssl('rsa', '-noout', '-check', '-in', file('key.pem', k8sServiceAccount.key.reveal())),
    ).toContain('ok')
  })
})
