import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { createGunzip, createZstdDecompress } from 'node:zlib'
import xz from 'xz-decompress'

/** How an image file is packed, told by its first bytes rather than by its name. */
export type Packing = 'raw' | 'zstd' | 'gzip' | 'xz'

const magics: readonly [Packing, string][] = [
  ['zstd', '28b52ffd'],
  ['gzip', '1f8b'],
  ['xz', 'fd377a585a00'],
]

export async function detectPacking(path: string): Promise<Packing> {
  const handle = await open(path, 'r')
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(6), 0, 6, 0)
    const start = buffer.toString('hex', 0, bytesRead)
    return magics.find(([, magic]) => start.startsWith(magic))?.[0] ?? 'raw'
  } finally {
    await handle.close()
  }
}

/**
 * The raw bytes of an image file (raw, zstd, gzip or xz) in chunks of exactly `length`, but for the last. A chunk
 * is overwritten once the next is asked for.
 */
export async function* rawChunks(path: string, length: number, signal?: AbortSignal): AsyncGenerator<Buffer> {
  const packing = await detectPacking(path)
  if (packing === 'raw') yield* readChunks(path, length, signal)
  else yield* rechunk(await unpack(path, packing, signal), length)
}

/** Reads into one piece of memory: on a sparse image, streams spend most of their time on allocating theirs. */
async function* readChunks(path: string, length: number, signal?: AbortSignal): AsyncGenerator<Buffer> {
  const handle = await open(path, 'r')
  try {
    const chunk = Buffer.allocUnsafe(length)
    let filled = 0
    for (let at = 0; ; ) {
      signal?.throwIfAborted()
      const { bytesRead } = await handle.read(chunk, filled, length - filled, at)
      filled += bytesRead
      at += bytesRead
      if (filled === length || (bytesRead === 0 && filled > 0)) yield chunk.subarray(0, filled)
      if (bytesRead === 0) return
      if (filled === length) filled = 0
    }
  } finally {
    await handle.close()
  }
}

async function unpack(
  path: string,
  packing: Exclude<Packing, 'raw'>,
  signal?: AbortSignal,
): Promise<AsyncIterable<Buffer>> {
  const file = createReadStream(path, { highWaterMark: 1024 * 1024, ...(signal && { signal }) })
  if (packing === 'xz') {
    const unpacked = new xz.XzReadableStream(Readable.toWeb(file) as ReadableStream<Uint8Array>)
    return Readable.fromWeb(unpacked as Parameters<typeof Readable.fromWeb>[0])
  }
  const stream = packing === 'zstd' ? createZstdDecompress() : createGunzip()
  file.on('error', (error) => stream.destroy(error))
  return file.pipe(stream)
}

async function* rechunk(stream: AsyncIterable<Buffer>, length: number): AsyncGenerator<Buffer> {
  const chunk = Buffer.allocUnsafe(length)
  let filled = 0
  for await (const part of stream) {
    for (let taken = 0; taken < part.length; ) {
      const copied = part.copy(chunk, filled, taken)
      filled += copied
      taken += copied
      if (filled === length) {
        yield chunk
        filled = 0
      }
    }
  }
  if (filled > 0) yield chunk.subarray(0, filled)
}
