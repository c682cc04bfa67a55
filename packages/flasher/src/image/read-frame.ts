import { promisify } from 'node:util'
import { zstdDecompress } from 'node:zlib'
import { FaultError } from '@homerack/errors'
import { digest } from '../bytes/digest.ts'
import type { ImageRange } from '../protocol/schemas.ts'

const decompress = promisify(zstdDecompress)

/**
 * The raw bytes of a range, out of its frame. Never more bytes than the range has, whatever the frame claims.
 * @param into where they go; without it they are in memory of their own
 * @throws FaultError E_IMAGE_RANGE if the frame is damaged or is not this range's
 */
export async function readFrame(
  frame: Uint8Array,
  range: ImageRange,
  into?: Buffer<ArrayBuffer>,
): Promise<Buffer> {
  const fault = (cause: string) =>
    new FaultError({ code: 'E_IMAGE_RANGE', subject: `range at byte ${range.start}`, cause })
  // One piece of memory for all of it: zlib's own steps are 16 KiB.
  const options = { maxOutputLength: range.length, chunkSize: range.length + 64 }
  const raw = await decompress(frame, options).catch((error: Error) => {
    throw fault(`its frame cannot be decompressed: ${error.message}`)
  })
  if (raw.length !== range.length) throw fault(`${raw.length} bytes instead of ${range.length}`)
  const found = await digest(raw)
  if (found !== range.sha256) throw fault(`its SHA-256 is ${found} instead of ${range.sha256}`)
  if (!into) return raw
  raw.copy(into)
  // Given back now, not when the garbage collector comes by. Small buffers share their memory with others.
  if (raw.length > Buffer.poolSize) raw.buffer.transfer(0)
  return into
}
