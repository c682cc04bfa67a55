import { formatFault } from '@homerack/errors'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  formatMachineConfig,
  generateMachineConfig,
  talosContract,
  talosContractNames,
  validateConfigText,
} from '../src/index.ts'
import { exampleBundle } from './example-bundle.ts'
import { exampleNode, exampleRack } from './example-rack.ts'
import { invalidCases } from './invalid-cases.ts'

const textOf = (role: 'controlplane' | 'worker', name: string) =>
  formatMachineConfig(
    generateMachineConfig({
      rack: exampleRack(),
      node: exampleNode(1, { role }),
      bundle: exampleBundle(),
      contract: talosContract(name),
    }),
  ).reveal()

const cases = invalidCases.flatMap((invalid) =>
  (invalid.contracts ?? talosContractNames).map((name) => ({ ...invalid, contract: name })),
)

test.each(cases)('$contract: $name', ({ role, contract: name, change, code }) => {
  const broken = change(textOf(role, name))
  expect(broken).not.toBe(textOf(role, name))
  const faults = validateConfigText(broken, { contract: talosContract(name), file: 'config.yaml' })
  expect(faults.map((fault) => fault.code)).toContain(code)
  for (const fault of faults) expect(fault.place?.line).toBeGreaterThan(0)
})

test('a fault points at its place and shows no secret', () => {
  const text = textOf('worker', 'v1.13').replace('key: ""', 'key: a2V5')
  const faults = validateConfigText(text, { contract: talosContract('v1.13'), file: 'pi-1.yaml' })
  expect(faults.map(formatFault).join('\n')).toBe(
    [
      'pi-1.yaml:9:14  E_CONFIG_WORKER  machine.ca.key: a worker must not have the key of the Talos authority',
      '  9 |         key: ‹redacted›',
      '    |              ^^^^',
    ].join('\n'),
  )
})

test('any text gives faults, never a crash', () => {
  const contract = talosContract('v1.14')
  const valid = textOf('controlplane', 'v1.14')
  const cut = fc
    .tuple(fc.nat(valid.length), fc.nat(valid.length))
    .map(([from, to]) => valid.slice(0, from) + valid.slice(to))
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json(), cut), (text) => {
      for (const fault of validateConfigText(text, { contract, file: 'x.yaml' }))
        expect(fault.code).toMatch(/^E_/)
    }),
    { numRuns: 300 },
  )
})
