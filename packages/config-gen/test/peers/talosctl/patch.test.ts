import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  applyPatches,
  formatMachineConfig,
  generateMachineConfig,
  talosContract,
} from '../../../src/index.ts'
import { exampleBundle } from '../../example-bundle.ts'
import { exampleNode, exampleRack } from '../../example-rack.ts'
import { patchArbitrary } from './patch-arbitrary.ts'
import { patchCases } from './patch-cases.ts'
import { documentsOf, inFolder, run, talosctls } from './talosctl.ts'

/** A control plane in the 1.13 form, which both minors read. */
const base = generateMachineConfig({
  rack: exampleRack({
    cluster: {
      kernelModules: ['nvme_tcp'],
      sysctls: { 'vm.overcommit_memory': '1' },
      allowSchedulingOnControlPlanes: false,
    },
  }),
  node: exampleNode(1, { labels: { shelf: 'bottom' } }),
  bundle: exampleBundle(),
  contract: talosContract('v1.13'),
})
const baseText = formatMachineConfig(base).reveal()

describe.each(talosctls)('$name', ({ path, missing, contract }) => {
  /** The config after talosctl patched it; a patch that changes nothing brings ours into talosctl's form. */
  const patched = (config: string, patches: readonly string[]) =>
    inFolder((_, write) => {
      const flags = patches.flatMap((patch, index) => ['--patch', `@${write(`${index}.yaml`, patch)}`])
      return documentsOf(run(path, ['machineconfig', 'patch', write('config.yaml', config), ...flags]))
    })
  const inTheirForm = (config: string) => patched(config, ['debug: false'])

  test.skipIf(missing)(`every rule, ${patchCases.length} cases${missing && `: ${missing}`}`, () => {
    const disagreements = patchCases.flatMap(([name, patch]) => {
      const theirs = attempt(() => patched(baseText, [patch]))
      const ours = attempt(() => {
        const result = formatMachineConfig(
          applyPatches(base, [{ source: name, text: patch }], contract),
        ).reveal()
        return result.includes('debug: true') ? patched(result, ['debug: true']) : inTheirForm(result)
      })
      return equal(ours, theirs) ? [] : [{ name, ours, theirs }]
    })
    expect(disagreements).toEqual([])
  })

  test.skipIf(missing)(`1,000 generated patches${missing && `: ${missing}`}`, () => {
    // One start of talosctl takes twenty patches, one after the other.
    const batches = fc.array(patchArbitrary(contract.types), { minLength: 20, maxLength: 20 })
    fc.assert(
      fc.property(batches, (patches) => {
        const last = 'debug: true'
        const theirs = patched(baseText, [...patches, last])
        const ours = applyPatches(
          base,
          patches.map((text) => ({ source: 'generated', text })),
          contract,
        )
        expect(patched(formatMachineConfig(ours).reveal(), [last])).toEqual(theirs)
      }),
      { numRuns: 50, seed: 20261122, endOnFailure: true },
    )
  })
})

function attempt<Result>(action: () => Result): Result | { refused: string } {
  try {
    return action()
  } catch (error) {
    return { refused: String(error) }
  }
}

/** Both refuse, or both give the same documents. */
function equal(ours: object, theirs: object): boolean {
  if ('refused' in ours || 'refused' in theirs) return 'refused' in ours && 'refused' in theirs
  try {
    expect(ours).toEqual(theirs)
    return true
  } catch {
    return false
  }
}
