import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { didYouMean, FaultError } from '@homerack/errors'
import type { Rack, RackNode } from '@homerack/rack'
import { writeFileAtomic } from '@homerack/secrets'
import { formatMachineConfig, formatRedactedMachineConfig } from '../machine/format-machine-config.ts'
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
  const texts = nodes.map((node) => {
    const config = generateMachineConfig({ rack, node, bundle, contract })
    return {
      node,
      text: options.reveal ? formatMachineConfig(config).reveal() : formatRedactedMachineConfig(config),
    }
  })
  const [only] = texts
  if (name !== undefined && only) return output(only.text, options, print)
  const { out } = options
  if (!out) return print(texts.map(({ node, text }) => `# ${node.name}\n${text}`).join('---\n'))
  await mkdir(out, { recursive: true, mode: 0o700 })
  await Promise.all(
    texts.map(({ node, text }) => writeFileAtomic(join(out, `${node.name}.yaml`), text, { mode: 0o600 })),
  )
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
