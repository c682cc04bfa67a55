import { type FileHandle, open } from 'node:fs/promises'

/** Something with a size that bytes can be read from: a disk, an image file, a partition. */
export type Readable = {
  /** Bytes. */
  readonly size: number
  /** The bytes at `offset`, in bytes; fewer than `length` only at the end. */
  readonly readAt: (offset: number, length: number) => Promise<Buffer>
}

/** The bytes of an open file. Block devices have no size of their own in `stat`: give it. */
export function readableFile(handle: FileHandle, size: number): Readable {
  return {
    size,
    async readAt(offset, length) {
      const buffer = Buffer.alloc(Math.max(0, Math.min(length, size - offset)))
      let filled = 0
      while (filled < buffer.length) {
        const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled, offset + filled)
        if (bytesRead === 0) break
        filled += bytesRead
      }
      return buffer.subarray(0, filled)
    },
  }
}

/** Opens a regular file for reading. Dispose of it to close it. */
export async function openReadable(path: string): Promise<Readable & AsyncDisposable> {
  const handle = await open(path, 'r')
  try {
    const { size } = await handle.stat()
    return { ...readableFile(handle, size), [Symbol.asyncDispose]: () => handle.close() }
  } catch (error) {
    await handle.close()
    throw error
  }
}

/** Bytes in memory. */
export function readableBytes(bytes: Uint8Array): Readable {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return {
    size: buffer.length,
    readAt: async (offset, length) => buffer.subarray(offset, Math.max(offset, offset + length)),
  }
}

/** A window onto `source`, such as one partition of a disk. */
export function slice(source: Readable, start: number, length: number): Readable {
  const size = Math.max(0, Math.min(length, source.size - start))
  return {
    size,
    readAt: (offset, count) => source.readAt(start + offset, Math.max(0, Math.min(count, size - offset))),
  }
}
