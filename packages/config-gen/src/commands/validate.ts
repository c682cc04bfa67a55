import { FaultError } from '@homerack/errors'
import { generateMachineConfig } from '../machine/generate-machine-config.ts'
import { validateConfigText } from '../validate/validate-machine-config.ts'
import { openBundle, openRack, type Print, readText, type SharedOptions } from './session.ts'

/** Checks config files, or the configs of all nodes of the rack. Throws every fault found. */
export async function validate(
  files: readonly string[],
  options: SharedOptions,
  print: Print,
): Promise<void> {
  const { rack, contract } = await openRack(options)
  if (files.length === 0) {
    const bundle = await openBundle(rack, options)
    for (const node of rack.nodes) generateMachineConfig({ rack, node, bundle, contract })
    return print(`${rack.nodes.map(({ name }) => `${name}: valid for Talos ${contract.name}`).join('\n')}\n`)
  }
  const texts = await Promise.all(files.map(async (file) => ({ file, text: await readText(file) })))
  const faults = texts.flatMap(({ file, text }) => validateConfigText(text, { file, contract }))
  if (faults.length > 0) throw new FaultError(faults)
  print(`${files.map((file) => `${file}: valid for Talos ${contract.name}`).join('\n')}\n`)
}
