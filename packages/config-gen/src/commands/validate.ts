import { dirname } from 'node:path'
import { type Fault, FaultError, faultsOf, formatFault } from '@homerack/errors'
import type { Rack } from '@homerack/rack'
import { findPlaintextSecrets } from '@homerack/secrets'
import type { TalosContract } from '../contract/talos-contract.ts'
import { generateMachineConfig } from '../machine/generate-machine-config.ts'
import { validateConfigText } from '../validate/validate-machine-config.ts'
import { openBundle, openRack, type Print, readText, type SharedOptions } from './session.ts'

/**
 * Checks config files; or the rack: the configs of all its nodes, and that no secret lies in plain text in its
 * folder, folders named testdata aside. Throws every fault found.
 */
export async function validate(
  files: readonly string[],
  options: SharedOptions,
  print: Print,
): Promise<void> {
  const { rack, contract } = await openRack(options)
  const faults =
    files.length > 0 ? await faultsOfFiles(files, contract) : await faultsOfRack(rack, contract, options)
  if (faults.length > 0) throw new FaultError(faults)
  const valid = files.length > 0 ? files : rack.nodes.map(({ name }) => name)
  print(`${valid.map((name) => `${name}: valid for Talos ${contract.name}`).join('\n')}\n`)
}

async function faultsOfFiles(files: readonly string[], contract: TalosContract): Promise<readonly Fault[]> {
  const texts = await Promise.all(files.map(async (file) => ({ file, text: await readText(file) })))
  return texts.flatMap(({ file, text }) => validateConfigText(text, { file, contract }))
}

async function faultsOfRack(rack: Rack, contract: TalosContract, options: SharedOptions): Promise<Fault[]> {
  const faults = await plaintextSecrets(dirname(rack.file))
  const collect = async (act: () => unknown) => {
    try {
      await act()
    } catch (error) {
      const found = faultsOf(error)
      if (!found) throw error
      faults.push(...found)
    }
  }
  await collect(async () => {
    const bundle = await openBundle(rack, options)
    for (const node of rack.nodes)
      await collect(() => generateMachineConfig({ rack, node, bundle, contract }))
  })
  // A patch that is wrong for all nodes is reported once.
  return [...new Map(faults.map((fault) => [formatFault(fault), fault])).values()]
}

/** One fault for each file: a machine config alone holds half a dozen secrets. */
async function plaintextSecrets(folder: string): Promise<Fault[]> {
  const ignore = (path: string) => path.split('/').includes('testdata')
  const found = await findPlaintextSecrets(folder, { ignore })
  return [...Map.groupBy(found, ({ subject }) => subject).values()].flatMap(([first, ...more]) => {
    if (!first || more.length === 0) return first ?? []
    return { ...first, cause: `${first.cause}, and ${more.length} more in this file` }
  })
}
