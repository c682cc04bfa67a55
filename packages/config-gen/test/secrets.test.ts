import type { Secret } from '@homerack/secrets'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  acceptAuthorities,
  adoptBundle,
  applyPatches,
  formatMachineConfig,
  formatSecretsBundle,
  generateMachineConfig,
  newSecretsBundle,
  parseSecretsBundle,
  rotateBundle,
  type SecretsBundle,
  secretsBundleFromTree,
  secretsBundleTree,
  talosContract,
  talosContractNames,
} from '../src/index.ts'
import { at } from '../src/validate/finding.ts'
import { exampleNode, exampleRack } from './example-rack.ts'
import { codesOf } from './faults-of.ts'
import { fixedClock, seededRandom } from './seeded-random.ts'

const contract = talosContract('v1.13')
let bundle: SecretsBundle
let text: string

beforeAll(async () => {
  bundle = await newSecretsBundle({ contract, clock: fixedClock, random: seededRandom() })
  text = formatSecretsBundle(bundle).reveal()
})

test('a new bundle has the forms and labels of Talos', () => {
  expect(bundle.secrets.bootstrapToken.reveal()).toMatch(/^[a-z0-9]{6}\.[a-z0-9]{16}$/)
  expect(bundle.trustd.token.reveal()).toMatch(/^[a-z0-9]{6}\.[a-z0-9]{16}$/)
  expect(bundle.cluster.id).toMatch(/^[A-Za-z0-9_-]{43}=$/)
  expect(bundle.secrets.secretboxEncryptionSecret?.reveal()).toMatch(/^[A-Za-z0-9+/]{43}=$/)
  const label = (key: Secret) => key.reveal().split('\n')[0]
  expect(label(bundle.certs.os.key)).toBe('-----BEGIN ED25519 PRIVATE KEY-----')
  expect(label(bundle.certs.k8s.key)).toBe('-----BEGIN EC PRIVATE KEY-----')
  expect(label(bundle.certs.k8sServiceAccount.key)).toBe('-----BEGIN RSA PRIVATE KEY-----')
})

test('clock and randomness decide everything but the RSA key and ECDSA signatures', async () => {
  const again = await newSecretsBundle({ contract, clock: fixedClock, random: seededRandom() })
  expect(again.certs.os.crt).toBe(bundle.certs.os.crt)
  expect(again.certs.etcd.key.equals(bundle.certs.etcd.key)).toBe(true)
  expect(again.cluster.id).toBe(bundle.cluster.id)
})

test('the cluster id of 1.14 is standard base64', async () => {
  const random = (size: number) => new Uint8Array(size).fill(0xfb)
  const id = async (name: string) =>
    (await newSecretsBundle({ contract: talosContract(name), random })).cluster.id
  expect(await id('v1.13')).toContain('_')
  expect(await id('v1.14')).toContain('/')
})

test('what is written is read again', () => {
  expect(formatSecretsBundle(parseSecretsBundle(text)).reveal()).toBe(text)
  expect(formatSecretsBundle(secretsBundleFromTree(secretsBundleTree(bundle), 'x')).reveal()).toBe(text)
})

test('nothing secret is printed', () => {
  expect(`${JSON.stringify(bundle)}${formatSecretsBundle(bundle)}`).not.toContain(
    bundle.trustd.token.reveal(),
  )
})

test.each([
  ['E_SECRETS_SYNTAX', (good: string) => `${good}\n  - [`],
  ['E_SECRETS_MISSING', (good: string) => good.replace(/ {4}token: .*/, '')],
  ['E_SECRETS_FORMAT', (good: string) => good.replace(/(token: ).*/, '$1short')],
  ['E_SECRETS_FORMAT', (good: string) => good.replace(/ {4}secretboxencryptionsecret: .*\n/, '')],
  ['E_SECRETS_FORMAT', (good: string) => good.replace(/(os:\n {8}crt: .{9})./, '$1!')],
  ['E_PEM', (good: string) => good.replace(/(os:\n {8}crt: )(.*)/, (_, start, crt) => start + cutPem(crt))],
  [
    'E_PEM',
    (good: string) =>
      good.replace(/(k8sserviceaccount:\n {8}key: )(.*)/, (_, start, key) => start + cutPem(key)),
  ],
  ['E_PRIVATE_KEY', (good: string) => good.replace(/(etcd:\n {8}crt: (.*)\n {8}key: ).*/, '$1$2')],
  ['E_CERTIFICATE', (good: string) => good.replace(/(etcd:\n {8}crt: ).*(\n {8}key: (.*))/, '$1$3$2')],
  [
    'E_KEY_MISMATCH',
    (good: string) => good.replace(/(etcd:\n {8}crt: ).*([\s\S]*k8s:\n {8}crt: (.*))/, '$1$3$2'),
  ],
])('%s', (code, change) => {
  const bad = change(text)
  expect(bad).not.toBe(text)
  expect(codesOf(() => parseSecretsBundle(bad))).toContain(code)
})

function cutPem(base64: string): string {
  const pem = Buffer.from(base64, 'base64').toString()
  return Buffer.from(pem.slice(0, pem.length / 2)).toString('base64')
}

test('any text is read or refused, and no fault repeats it', () => {
  const cut = fc
    .tuple(fc.nat(text.length), fc.nat(text.length))
    .map(([from, to]) => text.slice(0, from) + text.slice(to))
  const token = bundle.trustd.token.reveal()
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json(), cut), (bad) => {
      try {
        parseSecretsBundle(bad)
      } catch (error) {
        expect((error as Error).name).toBe('FaultError')
        expect((error as Error).message).not.toContain(token)
      }
    }),
    { numRuns: 200 },
  )
})

describe.each(talosContractNames)('adopting a %s cluster', (name) => {
  const form = talosContract(name)
  const configOf = (role: 'controlplane' | 'worker', of = bundle) =>
    formatMachineConfig(
      generateMachineConfig({
        rack: exampleRack(),
        node: exampleNode(1, { role }),
        bundle: of,
        contract: form,
      }),
    ).reveal()

  test('gives the bundle back, whichever way Secrets are encrypted', () => {
    const { secretboxEncryptionSecret: key, ...secrets } = bundle.secrets
    const aescbc = {
      ...bundle,
      secrets: { ...secrets, secretboxEncryptionSecret: undefined, aescbcEncryptionSecret: key },
    }
    for (const original of [bundle, aescbc]) {
      const adopted = adoptBundle(configOf('controlplane', original), { file: 'cp.yaml', contract: form })
      expect(formatSecretsBundle(adopted).reveal()).toBe(formatSecretsBundle(original).reveal())
    }
  })

  test.each([
    ['E_ADOPT_WORKER', () => configOf('worker')],
    ['E_ADOPT_MISSING', () => configOf('controlplane').replace(/token: .*/, 'token: ""')],
    ['E_CONFIG_KIND', () => 'apiVersion: v1\nkind: List'],
  ])('%s', (code, config) => {
    expect(codesOf(() => adoptBundle(config(), { file: 'cp.yaml', contract: form }))).toContain(code)
  })

  test('a rotation changes the named authorities and lets nodes trust both', () => {
    const rotated = rotateBundle(bundle, ['os', 'k8s'], { clock: fixedClock, random: seededRandom('other') })
    expect(rotated.certs.os.crt).not.toBe(bundle.certs.os.crt)
    expect(rotated.certs.k8s.crt).not.toBe(bundle.certs.k8s.crt)
    expect(rotated.certs.etcd).toBe(bundle.certs.etcd)
    const config = generateMachineConfig({
      rack: exampleRack(),
      node: exampleNode(1),
      bundle,
      contract: form,
    })
    const both = applyPatches(config, [{ source: 'accept', text: acceptAuthorities(rotated, form) }], form)
    expect(at(both[0], 'machine', 'acceptedCAs', 0, 'crt')).toBe(
      Buffer.from(rotated.certs.os.crt).toString('base64'),
    )
    const kubernetes = both.find(({ kind }) => kind === 'KubeAPIServerCAConfig')
    const accepted = kubernetes
      ? at(kubernetes, 'acceptedCAs', 0)
      : at(both[0], 'cluster', 'acceptedCAs', 0, 'crt')
    const { crt } = rotated.certs.k8s
    expect(accepted).toBe(kubernetes ? crt : Buffer.from(crt).toString('base64'))
  })
})
