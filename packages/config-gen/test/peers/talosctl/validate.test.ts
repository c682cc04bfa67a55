import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { readRack } from '@homerack/rack'
import { describe, expect, test } from 'vitest'
import {
  formatMachineConfig,
  generateMachineConfig,
  newSecretsBundle,
  talosContract,
  validateConfigText,
} from '../../../src/index.ts'
import { exampleBundle } from '../../example-bundle.ts'
import { exampleNode, exampleRack } from '../../example-rack.ts'
import { invalidCases } from '../../invalid-cases.ts'
import { inFolder, run, talosctls } from './talosctl.ts'

const examples = join(import.meta.dirname, '../../../../../examples')
const racks = readdirSync(examples).filter((name) => existsSync(join(examples, name, 'homerack.yaml')))

describe.each(talosctls)('$name', ({ path, missing, contract }) => {
  const why = missing && `: ${missing}`
  const validate = (text: string) =>
    inFolder((_, write) =>
      run(path, ['validate', '-m', 'metal', '--strict', '-c', write('config.yaml', text)]),
    )

  test.skipIf(missing).each(racks)(`accepts every node of %s${why}`, async (example) => {
    const { rack } = await readRack(join(examples, example, 'homerack.yaml'))
    const cluster = { ...rack.cluster, patches: [], controlPlanePatches: [], workerPatches: [] }
    const bare = { ...rack, cluster, nodes: rack.nodes.map((node) => ({ ...node, patches: [] })) }
    const bundle = await newSecretsBundle({ contract })
    const own = talosContract(rack.cluster.talos)
    // Without patches, the form of this talosctl; with them, the rack's own, unless this talosctl is too old for it.
    const forms = [[bare, contract] as const, ...(own.name <= contract.name ? [[rack, own] as const] : [])]
    for (const [rackOrBare, form] of forms) {
      for (const node of rackOrBare.nodes) {
        const text = formatMachineConfig(
          generateMachineConfig({ rack: rackOrBare, node, bundle, contract: form }),
        ).reveal()
        expect(validate(text)).toContain('is valid for metal mode')
        expect(validateConfigText(text, { contract: form, file: 'config.yaml' })).toEqual([])
      }
    }
  })

  test.skipIf(missing)(`refuses what we refuse${why}`, () => {
    const rack = exampleRack()
    const generate = (role: 'controlplane' | 'worker') =>
      formatMachineConfig(
        generateMachineConfig({ rack, node: exampleNode(1, { role }), bundle: exampleBundle(), contract }),
      ).reveal()
    const accepted = invalidCases
      .filter(({ contracts }) => !contracts || contracts.includes(contract.name))
      .filter(({ role, change }) => {
        try {
          validate(change(generate(role)))
          return true
        } catch {
          return false
        }
      })
    expect(accepted.map(({ name }) => name)).toEqual([])
  })
})
