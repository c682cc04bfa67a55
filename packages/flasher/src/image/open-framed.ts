import { open } from 'node:fs/promises'
import type { Readable } from '../bytes/readable.ts'
import type { ImageRange } from '../protocol/schemas.ts'
import type { FramedImage } from './frame-image.ts'
import { readFrame } from './read-frame.ts'

/**
 * A framed image, open for reading as if it were raw: holes read as zeros. Dispose of it to close it.
 * `readAt` throws FaultError E_IMAGE_RANGE on damaged frames.
 */
export async function openFramed({ manifest, path }: FramedImage): Promise<Readable & AsyncDisposable> {
  const handle = await open(path, 'r')
  const readRange = async (range: ImageRange): Promise<Buffer> => {
    const frame = Buffer.alloc(range.frame.length)
    const { bytesRead } = await handle.read(frame, 0, frame.length, range.frame.offset)
    return readFrame(frame.subarray(0, bytesRead), range)
  }
  return {
    size: manifest.size,
    async readAt(offset, length) {
      const end = Math.min(offset + length, manifest.size)
      const bytes = Buffer.alloc(Math.max(0, end - offset))
      for (const range of manifest.ranges) {
        if (range.start >= end || range.start + range.length <= offset) continue
        const raw = await readRange(range)
        const from = Math.max(0, offset - range.start)
        raw.copy(bytes, range.start + from - offset, from, end - range.start)
      }
      return bytes
    },
    [Symbol.asyncDispose]: () => handle.close(),
  }
}
