import { createHash } from 'node:crypto'
import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import { common, type image } from '@homerack/talos/protocol'
import { imageNameOf } from '../image-archive.ts'
import { keepImage, pullImage, saveImages } from '../node-images.ts'
import type { NodeImage } from '../talos-node.ts'
import { type Call, refuse } from './call.ts'
import type { Implement } from './forward.ts'

const cutAfterBytes = 1024 * 1024

type Methods = ReturnType<Implement<typeof image.ImageService>>

/** Container images on a node. What an archive holds is not kept, only its name, hash and size. */
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
      let namespace: NodeImage['namespace'] = 'cri'
      const hash = createHash('sha256')
      const reader = imageNameOf()
      let size = 0
      for await (const { request } of requests) {
        if (request.case === 'containerd') namespace = namespaceOf(request.value)
        if (request.case !== 'imageChunk') continue
        const { bytes } = request.value
        hash.update(bytes)
        reader.push(bytes)
        size += bytes.length
        if (size > cutAfterBytes && node.world.faults.strike('image-import-cut', node.board.name))
          throw refuse('Unavailable', 'transport is closing')
      }
      const name = reader.name()
      if (!name) throw refuse('InvalidArgument', 'the archive names no image')
      await keepImage(node, {
        name,
        digest: `sha256:${hash.digest('hex')}`,
        size,
        created: node.world.now(),
        namespace,
      })
      return { name }
    },
    async remove({ containerd, imageRef }) {
      const keeps = (each: NodeImage) => each.name !== imageRef || !inNamespace(containerd)(each)
      if (node.state().images.every(keeps)) throw refuse('NotFound', `image "${imageRef}": not found`)
      await saveImages(node, node.state().images.filter(keeps))
      return {}
    },
  }
}

function namespaceOf(instance: common.ContainerdInstance | undefined): NodeImage['namespace'] {
  return instance?.namespace === common.ContainerdNamespace.NS_SYSTEM ? 'system' : 'cri'
}

function inNamespace(instance: common.ContainerdInstance | undefined): (each: NodeImage) => boolean {
  return ({ namespace }) => namespace === namespaceOf(instance)
}
