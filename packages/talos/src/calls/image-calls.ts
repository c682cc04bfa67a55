import { create, toBinary } from '@bufbuild/protobuf'
import { timestampDate } from '@bufbuild/protobuf/wkt'
import { createClient } from '@connectrpc/connect'
import { FaultError } from '@homerack/errors'
import type { CallOptions } from '../connection/caller.ts'
import { fieldHead, lengthOf } from '../connection/upload.ts'
import {
  ImageService,
  ImageServiceImportRequestSchema,
  ImageServicePullLayerProgress_Status as Status,
} from '../gen/machine/image_pb.js'
import { containerdOf, type ImageNamespace } from './containerd.ts'
import { encodedData, inChunks } from './in-chunks.ts'
import type { Link } from './link.ts'

export type NodeImage = {
  name: string
  digest: string
  /** Bytes. */
  size: number
  createdAt: Date | undefined
  labels: Record<string, string>
}

/** `offset` of `total` bytes of one layer. The last event of a pull is `pulled`. */
export type PullEvent =
  | { type: 'layer'; layer: string; status: string; offset: number; total: number }
  | { type: 'pulled'; name: string }

const transferTimeout = 30 * 60_000
const imageChunkField = 2

/** The images of a node (Talos 1.13 and later; role os:admin but for the list, so not in maintenance mode). */
export function imageCalls({ address, transport, upload, caller }: Link) {
  const images = createClient(ImageService, transport)
  return {
    imageList: (namespace: ImageNamespace = 'cri', options?: CallOptions): Promise<NodeImage[]> =>
      caller.read(
        'ImageService.List',
        async (wire) => {
          const list: NodeImage[] = []
          for await (const image of images.list({ containerd: containerdOf(namespace) }, wire)) {
            const { name, digest, size, createdAt, labels } = image
            list.push({
              name,
              digest,
              size: Number(size),
              createdAt: createdAt && timestampDate(createdAt),
              labels,
            })
          }
          return list
        },
        options,
      ),

    imagePull: async function* (
      request: { image: string; namespace?: ImageNamespace },
      options: CallOptions = {},
    ): AsyncGenerator<PullEvent, void> {
      const message = { containerd: containerdOf(request.namespace ?? 'cri'), imageRef: request.image }
      const patient = { timeoutMs: transferTimeout, ...options }
      for await (const { response } of caller.stream(
        'ImageService.Pull',
        (wire) => images.pull(message, wire),
        patient,
      )) {
        if (response.case === 'name') yield { type: 'pulled', name: response.value }
        if (response.case !== 'pullProgress') continue
        const { layerId, progress } = response.value
        const status = (Status[progress?.status ?? 0] ?? '').toLowerCase().replaceAll('_', ' ')
        const [offset, total] = [Number(progress?.offset ?? 0n), Number(progress?.total ?? 0n)]
        yield { type: 'layer', layer: layerId, status, offset, total }
      }
    },

    /**
     * Streams an image tarball (OCI layout or docker archive) into a node. `tarball` is read only as fast as the
     * node takes it.
     *
     * @returns the image's name, for `imagePullPolicy: IfNotPresent`.
     */
    imageImport: async (
      tarball: AsyncIterable<Uint8Array>,
      request: { namespace?: ImageNamespace } = {},
      options: CallOptions = {},
    ): Promise<string> => {
      const containerd = containerdOf(request.namespace ?? 'cri')
      const messages = async function* () {
        const first = create(ImageServiceImportRequestSchema, {
          request: { case: 'containerd', value: containerd },
        })
        yield [toBinary(ImageServiceImportRequestSchema, first)]
        for await (const bytes of inChunks(tarball)) {
          const data = encodedData(bytes)
          yield [fieldHead(imageChunkField, lengthOf(data)), ...data]
        }
      }
      const patient = { timeoutMs: transferTimeout, ...options }
      const { name } = await caller.write(
        'ImageService.Import',
        (wire) => upload(ImageService.method.import, messages(), wire),
        patient,
      )
      if (name) return name
      const cause = 'ImageService.Import: the image has no name'
      throw new FaultError({ code: 'E_TALOS_PROTOCOL', subject: address, cause })
    },

    imageRemove: async (
      request: { image: string; namespace?: ImageNamespace },
      options?: CallOptions,
    ): Promise<void> => {
      const message = { containerd: containerdOf(request.namespace ?? 'cri'), imageRef: request.image }
      await caller.write('ImageService.Remove', (wire) => images.remove(message, wire), options)
    },
  }
}
