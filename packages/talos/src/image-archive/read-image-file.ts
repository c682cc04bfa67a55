import { createReadStream } from 'node:fs'
import { FaultError } from '@homerack/errors'
import type { DeliveredImage } from '../procedures/images/plan-image-delivery.ts'
import { readImageArchive } from './read-image-archive.ts'

/**
 * The images of a tarball, an OCI layout or a docker archive, under the names and digests that a node will list.
 *
 * @throws FaultError E_IMAGE_FILE: it cannot be read, is no image archive, or its images have no names.
 */
export async function readImageFile(path: string, signal?: AbortSignal): Promise<DeliveredImage[]> {
  const archive = readImageArchive()
  const fault = (cause: string, hint?: string) =>
    new FaultError({ code: 'E_IMAGE_FILE', subject: path, cause, hint })
  try {
    for await (const piece of createReadStream(path, { highWaterMark: 1024 * 1024, signal }))
      archive.push(piece)
    const images = archive.finish().map(({ name, digest }) => ({ name, digest, path }))
    if (images.length > 0) return images
  } catch (error) {
    signal?.throwIfAborted()
    throw fault(
      (error as Error).message,
      'An OCI layout or what `docker save` writes, as an uncompressed tar file.',
    )
  }
  throw fault('no image in it has a name', 'Give it a tag: pods ask for images by name.')
}
