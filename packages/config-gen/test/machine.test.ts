import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { talosVersions } from '@homerack/rack'
import { describe, expect, test } from 'vitest'
import {
  diffConfigs,
  formatMachineConfig,
  formatMachineConfigs,
  formatRedactedMachineConfig,
  generateMachineConfig,
  installerImage,
  readMachineConfig,
  talosContract,
  talosContractNames,
} from '../src/index.ts'
import { exampleBundle } from './example-bundle.ts'
import { exampleNode, exampleRack } from './example-rack.ts'
import { codesOf } from './faults-of.ts'

const testdata = join(import.meta.dirname, 'testdata')

/** A rack that asks for everything that a machine config can say. */
const full = exampleRack({
  image: { overlay: 'rpi_5', extensions: ['iscsi-tools', 'util-linux-tools'] },
  cluster: {
    cni: 'none',
    kubespan: true,
    allowSchedulingOnControlPlanes: false,
    kernelModules: ['nvme_tcp', 'vfio_pci'],
    sysctls: { 'vm.nr_hugepages': '1024' },
    registryMirrors: [{ host: 'ghcr.io', endpoints: ['https://mirror.home.arpa'] }],
    patches: [{ inline: { machine: { certSANs: ['talos.home.arpa'] } } }],
  },
})
const volumes = [
  { name: 'ceph', size: 200 * 2 ** 30, kind: 'raw' as const },
  { name: 'data', size: 'rest' as const, kind: 'user' as const },
]
const fullNode = exampleNode(1, {
  labels: { shelf: 'top' },
  taints: { dedicated: 'db:NoSchedule' },
  disk: { size: { atLeast: 900e9 }, serial: undefined, system: 100 * 2 ** 30, volumes },
})
const racks = {
  plain: { rack: exampleRack(), node: exampleNode(1) },
  full: { rack: full, node: fullNode },
}

describe.each(talosContractNames)('%s', (name) => {
  const contract = talosContract(name)
  const bundle = exampleBundle()

  test('many configs are written as each alone', () => {
    const configs = full.nodes.map((node) => generateMachineConfig({ rack: full, node, bundle, contract }))
    const together = formatMachineConfigs(configs).map((text) => text.reveal())
    expect(together).toEqual(configs.map((config) => formatMachineConfig(config).reveal()))
    expect(new Set(together).size).toBe(full.nodes.length)
  })

  test.each(
    (['plain', 'full'] as const).flatMap((what) =>
      (['controlplane', 'worker'] as const).map((role) => [what, role] as const),
    ),
  )('%s %s is as it was', (what, role) => {
    const { rack, node } = racks[what]
    const config = generateMachineConfig({ rack, node: { ...node, role }, bundle, contract })
    const text = formatMachineConfig(config).reveal()
    const file = join(testdata, `${name}-${what}-${role}.yaml`)
    if (process.env.UPDATE_TESTDATA) writeFileSync(file, text)
    expect(text).toBe(readFileSync(file, 'utf8'))
    expect(diffConfigs(config, readMachineConfig(text, file, contract))).toEqual([])
  })

  test('the same input gives the same bytes', () => {
    const make = () =>
      formatMachineConfig(
        generateMachineConfig({ ...racks.full, bundle: exampleBundle(), contract }),
      ).reveal()
    expect(make()).toBe(make())
  })

  test('redacted text holds no secret', () => {
    const config = generateMachineConfig({ ...racks.plain, bundle, contract })
    const text = formatRedactedMachineConfig(config)
    const { secrets, trustd, cluster, certs } = bundle
    const keys = [certs.os, certs.k8s, certs.etcd, certs.k8sAggregator, certs.k8sServiceAccount].map(
      ({ key }) => key,
    )
    for (const secret of [secrets.bootstrapToken, trustd.token, cluster.secret, ...keys]) {
      expect(text).not.toContain(secret.reveal().trim())
      expect(text).not.toContain(Buffer.from(secret.reveal()).toString('base64'))
    }
    expect(text).toContain('‹redacted›')
    expect(JSON.stringify(config)).not.toContain(trustd.token.reveal())
  })
})

test('every contract and every Talos version has goldens', () => {
  const names = readdirSync(testdata).map((file) => /^v\d+\.\d+/.exec(file)?.[0])
  expect(new Set(names)).toEqual(new Set(talosContractNames))
  expect(talosVersions.map(({ minor }) => `v${minor}`)).toEqual([...talosContractNames])
})

test.each(['v1.12.4', 'v2.0.0', 'latest', ''])('%j is no supported Talos', (version) => {
  expect(codesOf(() => talosContract(version))).toEqual(['E_TALOS_VERSION'])
})

test.each([
  ['community-u-boot', ['iscsi-tools'], 'ghcr.io/yama6a/talos-raspberry-pi5:v1.13.9'],
  [
    'rpi_5',
    [],
    'factory.talos.dev/metal-installer/a636242df247ad4aad2e36d1026d8d4727b716a3061749bd7b19651e548f65e4:v1.13.9',
  ],
  ['ghcr.io/me/talos', [], 'ghcr.io/me/talos:v1.13.9'],
  ['ghcr.io/me/talos:v1.13.9-2', [], 'ghcr.io/me/talos:v1.13.9-2'],
])('the installer of %s', (overlay, extensions, image) => {
  expect(installerImage(exampleRack({ image: { overlay, extensions } }))).toBe(image)
})

test.each([
  ['rpi5', [], 'E_OVERLAY'],
  ['community-u-boot', ['tailscale'], 'E_OVERLAY_EXTENSION'],
])('no installer for %s with %j', (overlay, extensions, code) => {
  expect(codesOf(() => installerImage(exampleRack({ image: { overlay, extensions } })))).toEqual([code])
})
