import { FaultError } from '@homerack/errors'
import { readMachineConfig } from '../config-types/read-machine-config.ts'
import { type ConfigDifference, diffConfigs } from '../diff/diff-configs.ts'
import { generateMachineConfig } from '../machine/generate-machine-config.ts'
import { documentsOfKind } from '../validate/finding.ts'
import { findNode } from './machine.ts'
import { openBundle, openRack, type Print, readText, type SharedOptions } from './session.ts'

/**
 * Compares what the rack would give its nodes with given configs; each says in its HostnameConfig which node
 * it belongs to. Returns whether there was a difference.
 */
export async function diff(files: readonly string[], options: SharedOptions, print: Print): Promise<boolean> {
  const { rack, contract } = await openRack(options)
  const bundle = await openBundle(rack, options)
  let different = false
  for (const file of files) {
    const theirs = readMachineConfig(await readText(file), file, contract)
    const name = documentsOfKind(theirs, 'HostnameConfig')[0]?.hostname
    if (typeof name !== 'string') throw new FaultError(nameless(file))
    const ours = generateMachineConfig({ rack, node: findNode(rack, name), bundle, contract })
    const differences = diffConfigs(ours, theirs)
    different ||= differences.length > 0
    print(
      `${name} (${file}): ${differences.length === 0 ? 'no difference' : ''}\n${differences.map(line).join('')}`,
    )
  }
  return different
}

function line({ document, path, ours, theirs }: ConfigDifference): string {
  const sides = [
    ours === undefined ? '' : `    rack  ${ours}\n`,
    theirs === undefined ? '' : `    file  ${theirs}\n`,
  ]
  return `  ${document}: ${path}\n${sides.join('')}`
}

function nameless(file: string) {
  return {
    code: 'E_CONFIG_NODE' as const,
    subject: file,
    cause: 'the config names no host, so it is not known which node it belongs to',
    hint: 'Configs of homerack carry a HostnameConfig.',
  }
}
