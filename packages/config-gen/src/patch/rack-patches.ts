import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { FaultError } from '@homerack/errors'
import type { Patch, Rack, RackNode } from '@homerack/rack'
import { stringify } from 'yaml'
import type { ConfigPatch } from './config-patch.ts'

/** Gives the text of a patch file. */
export type ReadPatchFile = (file: string) => string

/**
 * The patches of a node in the order in which they apply: of the cluster, of its role, its own.
 *
 * Throws `E_PATCH_FILE`.
 */
export function rackPatches(
  rack: Rack,
  node: RackNode,
  readFile: ReadPatchFile = readPatchFile,
): readonly ConfigPatch[] {
  const { patches, controlPlanePatches, workerPatches } = rack.cluster
  const role = node.role === 'controlplane' ? 'controlPlanePatches' : 'workerPatches'
  const ofRole = node.role === 'controlplane' ? controlPlanePatches : workerPatches
  const load = (name: string) => (patch: Patch, index: number) => ({
    source: 'file' in patch ? patch.file : `${basename(rack.file)}: ${name}[${index}]`,
    text: 'file' in patch ? readFile(patch.file) : inlineText(patch.inline),
  })
  return [
    ...patches.map(load('cluster.patches')),
    ...ofRole.map(load(`cluster.${role}`)),
    ...node.patches.map(load(`nodes.${node.name}.patches`)),
  ]
}

/** A patch written into homerack.yaml is YAML text or the fields themselves. */
function inlineText(inline: unknown): string {
  return typeof inline === 'string' ? inline : stringify(inline)
}

function readPatchFile(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new FaultError({
      code: 'E_PATCH_FILE',
      subject: file,
      cause: `the patch file cannot be read (${code})`,
    })
  }
}
