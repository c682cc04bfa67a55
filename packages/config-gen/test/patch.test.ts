import { FaultError, formatFault } from '@homerack/errors'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { applyPatches, generateMachineConfig, talosContract } from '../src/index.ts'
import { at } from '../src/validate/finding.ts'
import { exampleBundle } from './example-bundle.ts'
import { exampleNode, exampleRack } from './example-rack.ts'
import { codesOf } from './faults-of.ts'

const contract = talosContract('v1.13')
const base = generateMachineConfig({
  rack: exampleRack(),
  node: exampleNode(1),
  bundle: exampleBundle(),
  contract,
})
const patched = (...texts: string[]) =>
  applyPatches(
    base,
    texts.map((text, index) => ({ source: `${index}.yaml`, text })),
    contract,
  )

test.each([
  ['scalars replace', 'cluster: { clusterName: other }', ['cluster', 'clusterName'], 'other'],
  ['empty text does not', 'cluster: { clusterName: "" }', ['cluster', 'clusterName'], 'closet'],
  [
    'false does',
    'machine: { features: { diskQuotaSupport: false } }',
    ['machine', 'features', 'diskQuotaSupport'],
    false,
  ],
  ['lists append', 'machine: { certSANs: [a] }\n', ['machine', 'certSANs'], ['a']],
  [
    'networks are replaced',
    'cluster: { network: { podSubnets: [10.9.0.0/16] } }',
    ['cluster', 'network', 'podSubnets'],
    ['10.9.0.0/16'],
  ],
  [
    'a field is deleted',
    'machine: { install: { image: { $patch: delete } } }',
    ['machine', 'install', 'image'],
    undefined,
  ],
  ['text stays as it was written', 'cluster: { clusterName: 1.10 }', ['cluster', 'clusterName'], '1.10'],
])('%s', (_, text, path, value) => {
  expect(at(patched(text)[0], ...path)).toEqual(value)
})

test('naming a volume without its sizes forgets the lower bound, as Talos does', () => {
  const volume = 'apiVersion: v1alpha1\nkind: VolumeConfig\nname: EPHEMERAL\n'
  const result = patched(`${volume}provisioning: { minSize: 20GiB }`, `${volume}mount: { secure: false }`)
  expect(result.find(({ kind }) => kind === 'VolumeConfig')?.provisioning).toEqual({ maxSize: '100GiB' })
})

test.each([
  ['E_PATCH_JSON6902', '[{ op: remove, path: /machine/token }]'],
  ['E_PATCH_NO_TARGET', 'apiVersion: v1alpha1\nkind: UserVolumeConfig\nname: other\n$patch: delete'],
  ['E_PATCH_NO_TARGET', 'machine: { nodeLabels: { a: { $patch: delete } } }'],
  ['E_PATCH_DELETE', 'version: v1alpha1\n$patch: delete'],
  ['E_PATCH_DUPLICATE', 'debug: true\n---\ndebug: false'],
  [
    'E_PATCH_CONFLICT',
    'cluster: { apiServer: { admissionControl: [{ name: PodSecurity, configuration: { defaults: [a] } }] } }',
  ],
  ['E_CONFIG_FIELD', 'machine: { kublet: {} }'],
  ['E_CONFIG_KIND', 'apiVersion: v1alpha1\nkind: KubeNodeConfig'],
  ['E_CONFIG_TYPE', 'machine: { certSANs: a }'],
  ['E_YAML', 'machine: ['],
])('%s: %s', (code, text) => {
  expect(codesOf(() => patched(text))).toEqual([code])
})

test('the faults of all patches come at once and point into their files', () => {
  const bad = () => patched('machine:\n  kublet: {}', 'debug: true\n---\nkind: x')
  expect(() => bad()).toThrow(FaultError)
  try {
    bad()
  } catch (error) {
    const [first, second] = (error as FaultError).faults
    expect(formatFault(first!)).toBe(
      [
        '0.yaml:2:3  E_CONFIG_FIELD  there is no field machine.kublet',
        '  2 |   kublet: {}',
        '    |   ^^^^^^',
        '  Did you mean kubelet?',
      ].join('\n'),
    )
    expect(second?.place).toMatchObject({ file: '1.yaml', line: 3 })
  }
})

test('patches apply to the cluster, the role, the node, in this order', () => {
  const name = (text: string) => ({ inline: { cluster: { clusterName: text } } })
  const rack = exampleRack({
    cluster: { patches: [name('all')], controlPlanePatches: [name('role')], workerPatches: [name('worker')] },
  })
  const node = exampleNode(1, { patches: [{ file: '/node.yaml' }] })
  const files = { '/node.yaml': 'machine: { nodeLabels: { a: b } }' }
  const config = generateMachineConfig(
    { rack, node, bundle: exampleBundle(), contract },
    (file) => files[file as '/node.yaml'],
  )
  expect(at(config[0], 'cluster', 'clusterName')).toBe('role')
  expect(at(config[0], 'machine', 'nodeLabels', 'a')).toBe('b')
  expect(codesOf(() => generateMachineConfig({ rack, node, bundle: exampleBundle(), contract }))).toEqual([
    'E_PATCH_FILE',
  ])
})

test('a patched config that Talos would refuse is refused', () => {
  const rack = exampleRack({
    cluster: { patches: [{ inline: { machine: { install: { $patch: 'delete' } } } }] },
  })
  const generate = () =>
    generateMachineConfig({ rack, node: exampleNode(1), bundle: exampleBundle(), contract })
  expect(codesOf(generate)).toEqual(['E_CONFIG_REQUIRED'])
})

test('any text is applied or refused', () => {
  const fields = fc.constantFrom(
    'machine',
    'cluster',
    'kind',
    'apiVersion',
    '$patch',
    'name',
    'kubelet',
    'network',
  )
  const values = fc.oneof(fc.json(), fc.constantFrom('delete', 'v1alpha1', 'LinkConfig', 'end0'))
  const documents = fc
    .dictionary(fields, fc.oneof(values, fc.dictionary(fields, values)))
    .map((value) => JSON.stringify(value))
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json(), documents), (text) => {
      for (const code of codesOf(() => patched(text))) expect(code).toMatch(/^E_/)
    }),
    { numRuns: 500 },
  )
})
