import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { didYouMean, FaultError } from '@homerack/errors'
import type { Rack, RackNode } from '@homerack/rack'
import { writeFileAtomic } from '@homerack/secrets'
import { formatMachineConfigs, formatRedactedMachineConfig } from '../machine/format-machine-config.ts'
import { generateMachineConfig } from '../machine/generate-machine-config.ts'
import { openBundle, openRack, output, type Print, type SharedOptions } from './session.ts'

/** Prints one node's config, or all; to a file, or for all nodes to a folder with one file each. */
export async function machine(
  name: string | undefined,
  options: SharedOptions & { reveal?: boolean },
  print: Print,
): Promise<void> {
  const { rack, contract } = await openRack(options)
  const nodes = name === undefined ? rack.nodes : [findNode(rack, name)]
  const bundle = await openBundle(rack, options)
  const configs = nodes.map((node) => generateMachineConfig({ rack, node, bundle, contract }))
  const texts = options.reveal
    ? formatMachineConfigs(configs).map((text) => text.reveal())
    : configs.map(formatRedactedMachineConfig)
  const files = nodes.map((node, index) => ({ name: node.name, text: texts[index] ?? '' }))
  const [only] = files
  if (name !== undefined && only) return output(only.text, options, print)
  if (options.out) return writeFiles(options.out, files)
  print(files.map((file) => `# ${file.name}\n${file.text}`).join('---\n'))
}

/** Few files are open at a time. They can be made again, so they need not survive a power cut. */
async function writeFiles(
  folder: string,
  files: readonly { readonly name: string; readonly text: string }[],
): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  for (let start = 0; start < files.length; start += 32) {
    const batch = files.slice(start, start + 32)
    await Promise.all(
      batch.map(({ name, text }) => writeFileAtomic(join(folder, `${name}.yaml`), text, { sync: false })),
    )
  }
}

/** Throws `E_NODE`. */
export function findNode(rack: Rack, name: string): RackNode {
  const node = rack.nodes.find((candidate) => candidate.name === name)
  if (node) return node
  const names = rack.nodes.map((candidate) => candidate.name)
  const near = didYouMean(name, names)
  const hint = near ? `Did you mean ${near}?` : `Nodes: ${names.join(', ')}.`
  throw new FaultError({
    code: 'E_NODE',
    subject: name,
    cause: `${rack.name} has no node of this name`,
    hint,
  })
}
