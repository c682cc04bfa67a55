import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import { readImageArchive } from '@homerack/talos/image-archive'
import { common, type image } from '@homerack/talos/protocol'
import { keepImage, pullImage, saveImages } from '../node-images.ts'
import type { NodeImage } from '../talos-node.ts'
import { type Call, refuse } from './call.ts'
import type { Implement } from './forward.ts'

const cutAfterBytes = 1024 * 1024

type Methods = ReturnType<Implement<typeof image.ImageService>>

/** Container images on a node. Of an archive only the names, digests and sizes of its images are kept. */
export function imageMethods({ node }: Call): Methods {
  return {
    async *list({ containerd }) {
      for (const { name, digest, size, created } of node.state().images.filter(inNamespace(containerd))) {
        yield { name, digest, size: BigInt(size), createdAt: timestampFromDate(created) }
      }
    },
    async *pull({ containerd, imageRef }) {
      await pullImage(node, imageRef, namespaceOf(containerd))
      yield { response: { case: 'name' as const, value: imageRef } }
    },
    async import(requests) {
      let namespace: NodeImage['namespace'] | undefined
      const archive = readImageArchive()
      let size = 0
      for await (const { request } of requests) {
        if (!namespace) {
          if (request.case !== 'containerd')
            throw refuse('InvalidArgument', 'containerd instance is required')
          namespace = namespaceOf(request.value)
          continue
        }
        if (request.case !== 'imageChunk') throw unreadable(new Error('no image chunk'))
        const { bytes } = request.value
        inWords(() => archive.push(bytes))
        size += bytes.length
        if (size > cutAfterBytes && node.world.faults.strike('image-import-cut', node.board.name))
          throw refuse('Unavailable', 'transport is closing')
      }
      if (!namespace) throw refuse('InvalidArgument', 'containerd instance is required')
      const images = inWords(() => archive.finish())
      const [first] = images
      if (!first) throw refuse('InvalidArgument', 'no images imported from archive')
      const created = node.world.now()
      for (const image of images) await keepImage(node, { ...image, created, namespace })
      return { name: first.name }
    },
    async remove({ containerd, imageRef }) {
      const keeps = (each: NodeImage) => each.name !== imageRef || !inNamespace(containerd)(each)
      if (node.state().images.every(keeps)) throw refuse('NotFound', `image "${imageRef}": not found`)
      await saveImages(node, node.state().images.filter(keeps))
      return {}
    },
  }
}

function unreadable(error: unknown): Error {
  return refuse('Internal', `failed to import image: ${(error as Error).message}`)
}

function inWords<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw unreadable(error)
  }
}

function namespaceOf(instance: common.ContainerdInstance | undefined): NodeImage['namespace'] {
  return instance?.namespace === common.ContainerdNamespace.NS_SYSTEM ? 'system' : 'cri'
}

function inNamespace(instance: common.ContainerdInstance | undefined): (each: NodeImage) => boolean {
  return ({ namespace }) => namespace === namespaceOf(instance)
}
