import { open } from 'node:fs/promises'
import { FaultError } from '@homerack/errors'
import { digest } from '../bytes/digest.ts'
import type { Readable } from '../bytes/readable.ts'
import type { ImageRange } from '../protocol/schemas.ts'
import type { FetchRange } from '../write/read-back.ts'
import type { FramedImage } from './frame-image.ts'
import { readFrame } from './read-frame.ts'

/**
 * A framed image, open for reading as if it were raw: holes read as zeros. Dispose of it to close it.
 * `readAt` throws FaultError E_IMAGE_RANGE on damaged frames.
 */
export async function openFramed({ manifest, path }: FramedImage): Promise<Readable & AsyncDisposable> {
  const frames = await openFrames(path)
  return {
    size: manifest.size,
    async readAt(offset, length) {
      const end = Math.min(offset + length, manifest.size)
      const bytes = Buffer.alloc(Math.max(0, end - offset))
      for (const range of manifest.ranges) {
        if (range.start >= end || range.start + range.length <= offset) continue
        const raw = await frames.fetchRange(range)
        const from = Math.max(0, offset - range.start)
        raw.copy(bytes, range.start + from - offset, from, end - range.start)
      }
      return bytes
    },
    [Symbol.asyncDispose]: () => frames[Symbol.asyncDispose](),
  }
}

/**
 * Gives the ranges of the raw image that a manifest was made from, for `writeImage` and `verifyImage`: nothing has to
 * be unpacked. Dispose of it to close the file. `fetchRange` throws FaultError E_IMAGE_RANGE if the file was changed.
 */
export async function openRaw(path: string): Promise<AsyncDisposable & { readonly fetchRange: FetchRange }> {
  const handle = await open(path, 'r')
  return {
    async fetchRange(range, _signal, into) {
      for (let done = 0; done < range.length; ) {
        const { bytesRead } = await handle.read(into, done, range.length - done, range.start + done)
        if (bytesRead === 0) break
        done += bytesRead
      }
      if ((await digest(into)) === range.sha256) return into
      const cause = 'the image is not what it was when it was looked at'
      throw new FaultError({ code: 'E_IMAGE_RANGE', subject: `range at byte ${range.start}`, cause })
    },
    [Symbol.asyncDispose]: () => handle.close(),
  }
}

/** Gives the ranges of a framed image file, for `writeImage` and `verifyImage`. Dispose of it to close the file. */
export async function openFrames(
  path: string,
): Promise<AsyncDisposable & { readonly fetchRange: (range: ImageRange) => Promise<Buffer> }> {
  const handle = await open(path, 'r')
  return {
    async fetchRange(range) {
      const frame = Buffer.allocUnsafe(range.frame.length)
      const { bytesRead } = await handle.read(frame, 0, frame.length, range.frame.offset)
      return readFrame(frame.subarray(0, bytesRead), range)
    },
    [Symbol.asyncDispose]: () => handle.close(),
  }
}
