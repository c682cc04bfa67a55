import { createHash } from 'node:crypto'
import { readEphemeral } from './stored-state.ts'
import type { NodeImage, TalosNode } from './talos-node.ts'

/** Every image that is pulled has this size, in bytes: nothing is fetched from anywhere. */
const pulledBytes = 50_000_000

/** Pulls an image: any name that is asked for is found. */
export async function pullImage(
  node: TalosNode,
  name: string,
  namespace: NodeImage['namespace'],
): Promise<void> {
  const digest = `sha256:${createHash('sha256').update(name).digest('hex')}`
  await keepImage(node, { name, digest, size: pulledBytes, created: node.world.now(), namespace })
}

/** Adds an image, in place of one of the same name. */
export async function keepImage(node: TalosNode, added: NodeImage): Promise<void> {
  const others = node
    .state()
    .images.filter(({ name, namespace }) => name !== added.name || namespace !== added.namespace)
  await saveImages(node, [...others, added])
}

export async function saveImages(node: TalosNode, images: NodeImage[]): Promise<void> {
  node.update({ images })
  await node.disk.write('EPHEMERAL', { ...(await readEphemeral(node.disk)), images })
}
