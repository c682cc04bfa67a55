import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { parseAllDocuments, stringify } from 'yaml'
import { type ClusterSecrets, clusterSecrets } from '../../test/fixtures/cluster-secrets.ts'
import { machineConfig } from '../../test/fixtures/machine-config.ts'
import { parseByteSize } from './byte-size.ts'
import { requestedVolumes } from './config-volumes.ts'
import { parseMachineConfig } from './machine-config.ts'

let secrets: ClusterSecrets
let good: string

beforeAll(async () => {
  secrets = await clusterSecrets()
  good = machineConfig(secrets, { name: 'pi-1', address: '192.168.10.51' })
})

test('what a node needs is found in a config of Talos 1.13', () => {
  const parsed = parseMachineConfig(good)
  expect(parsed).toMatchObject({
    config: {
      type: 'controlplane',
      hostname: 'pi-1',
      address: '192.168.10.51',
      link: 'end0',
      vip: '192.168.10.50',
      cluster: {
        name: 'closet',
        schedulesOnControlPlanes: true,
        kubernetesCa: { crt: secrets.kubernetes.crt },
      },
      kubelet: { version: 'v1.36.3' },
      components: { 'kube-apiserver': 'registry.k8s.io/kube-apiserver:v1.36.3' },
      installs: true,
    },
  })
})

test('and in the documents of Talos 1.14', () => {
  const [main] = parseAllDocuments(good).map((document) => document.toJS())
  const native = [
    {
      version: 'v1alpha1',
      machine: { ...main.machine, kubelet: undefined },
      cluster: { token: 'x', etcd: main.cluster.etcd },
    },
    { kind: 'DiscoveryIdentityConfig', clusterID: 'id', clusterSecret: 'secret' },
    { kind: 'KubeClusterConfig', clusterName: 'closet', endpoint: 'https://192.168.10.50:6443' },
    {
      kind: 'KubeNodeConfig',
      labels: { a: 'b' },
      taints: { 'node-role.kubernetes.io/control-plane': 'NoSchedule' },
    },
    { kind: 'KubeletConfig', image: 'ghcr.io/siderolabs/kubelet:v1.37.0' },
    { kind: 'KubeSchedulerConfig', image: 'registry.k8s.io/kube-scheduler:v1.37.0' },
    {
      kind: 'KubeAPIServerCAConfig',
      issuingCA: { cert: secrets.kubernetes.crt, key: secrets.kubernetes.key },
    },
    { kind: 'KubeServiceAccountConfig', issuer: { privateKey: 'PEM' } },
  ].map((document) => ('kind' in document ? { apiVersion: 'v1alpha1', ...document } : document))
  expect(parseMachineConfig(native.map((each) => stringify(each)).join('---\n'))).toMatchObject({
    config: {
      cluster: { name: 'closet', id: 'id', serviceAccountKey: 'PEM', schedulesOnControlPlanes: false },
      kubelet: { version: 'v1.37.0', labels: { a: 'b' } },
      installs: true,
    },
  })
})

type Change = (machine: Record<string, unknown>, cluster: Record<string, unknown>) => void
const base64 = (text: string) => Buffer.from(text).toString('base64')

test.each<[string, Change, RegExp]>([
  ['another type', (machine) => (machine.type = 'init'), /invalid machine type "init"/],
  ['no endpoint', (_, cluster) => (cluster.controlPlane = {}), /cluster endpoint is not a valid URL/],
  [
    'a worker with CA keys',
    (machine) => (machine.type = 'worker'),
    /not allowed on non-controlplane[\s\S]*etcd config is only allowed[\s\S]*virtual \(shared\) IP/,
  ],
  [
    'a CA that is none',
    (machine) => (machine.ca = { crt: base64('x'), key: base64('y') }),
    /Talos API CA: failed to parse PEM/,
  ],
  [
    'another CA’s key',
    (machine, cluster) =>
      (machine.ca = { ...(machine.ca as object), crt: (cluster.ca as { crt: string }).crt }),
    /does not belong/,
  ],
])('%s is refused', (_, change, message) => {
  const documents = parseAllDocuments(good).map((document) => document.toJS())
  change(documents[0].machine, documents[0].cluster)
  const parsed = parseMachineConfig(documents.map((each) => stringify(each)).join('---\n'))
  expect('wrong' in parsed && parsed.wrong.join('\n')).toMatch(message)
})

test.each([
  ['a name that is none', 'hostname: pi-1', 'hostname: "no name"', 'invalid hostname'],
  ['an address that is none', 'address: 192.168.10.51/24', 'address: fe80::1/64', 'invalid address'],
  [
    'a document twice',
    'kind: UserVolumeConfig\nname: longhorn',
    'kind: HostnameConfig',
    'duplicate document',
  ],
])('%s is refused', (_, from, to, message) => {
  expect(good).toContain(from)
  const parsed = parseMachineConfig(good.replace(from, to))
  expect('wrong' in parsed && parsed.wrong.join('\n')).toContain(message)
})

test('an alias that blows up is refused, not obeyed', () => {
  const levels = Array.from(
    { length: 12 },
    (_, n) => `a${n + 1}: &a${n + 1} [${Array(9).fill(`*a${n}`).join()}]`,
  )
  expect(parseMachineConfig(`a0: &a0 [x]\n${levels.join('\n')}`)).toHaveProperty('wrong')
})

test('no text makes the reader fail', () => {
  const cut = fc.tuple(fc.nat(good.length), fc.nat(good.length), fc.string())
  fc.assert(
    fc.property(cut, ([from, length, filling]) => {
      parseMachineConfig(good.slice(0, from) + filling + good.slice(from + length))
    }),
    { numRuns: 60 },
  )
  fc.assert(fc.property(fc.string(), (text) => void parseMachineConfig(text)))
})

test.each([
  ['100GiB', 100 * 2 ** 30],
  ['1.5 TB', 1.5e12],
  [4096, 4096],
  ['12', 12],
  ['many', undefined],
  [undefined, undefined],
  ['5 parsecs', undefined],
])('the size %s', (text, bytes) => {
  expect(parseByteSize(text)).toBe(bytes)
})

test('volumes come in Talos’ order, with their sizes', () => {
  const volumes = requestedVolumes([
    { kind: 'RawVolumeConfig', name: 'ceph', provisioning: { minSize: '1GiB' } },
    { kind: 'UserVolumeConfig', name: 'media', provisioning: { minSize: '1GiB', maxSize: '50%' } },
    { kind: 'UserVolumeConfig', name: 'folder', volumeType: 'directory' },
    { kind: 'VolumeConfig', name: 'EPHEMERAL', provisioning: { maxSize: '100GiB' } },
  ])
  expect(volumes.map(({ label, min, max }) => [label, min, max?.(1000)])).toEqual([
    ['STATE', 100 * 2 ** 20, 100 * 2 ** 20],
    ['EPHEMERAL', 2 * 2 ** 30, 100 * 2 ** 30],
    ['u-media', 2 ** 30, 500],
    ['r-ceph', 2 ** 30, undefined],
  ])
})
