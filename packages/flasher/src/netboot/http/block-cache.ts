import type { FileHandle } from 'node:fs/promises'

/** A part of a file, in memory. It stays what it is until it is released. */
export type Block = { readonly bytes: Buffer; readonly release: () => void }

/** Gives a file's blocks by number: its bytes from `index * BLOCK_BYTES` on, fewer at the end. */
export type BlockCache = (index: number) => Promise<Block>

export const BLOCK_BYTES = 512 * 1024
const MOST_BLOCKS = 128

/** `users`: how often it was taken and not released. */
type Entry = { users: number; readonly memory: Buffer; readonly read: Promise<Buffer> }

/**
 * Boards that are written together ask for the same bytes at about the same time: those are read once. Keeps what
 * was used last, 64 MiB, and more only while more than that is being sent.
 */
export function createBlockCache(file: Pick<FileHandle, 'read'>, most = MOST_BLOCKS): BlockCache {
  /** Those that were used last come last. */
  const entries = new Map<number, Entry>()
  /** Fresh memory costs more than what is read into it: that of the oldest block is used again. */
  const makeRoom = (): Buffer | undefined => {
    if (entries.size < most) return undefined
    for (const [index, { users, memory }] of entries)
      if (users === 0) {
        entries.delete(index)
        return memory
      }
    return undefined
  }
  const read = async (memory: Buffer, start: number): Promise<Buffer> => {
    for (let filled = 0; ; ) {
      const { bytesRead } = await file.read(memory, filled, memory.length - filled, start + filled)
      filled += bytesRead
      if (bytesRead === 0 || filled === memory.length) return memory.subarray(0, filled)
    }
  }
  const begin = (index: number): Entry => {
    const memory = makeRoom() ?? Buffer.allocUnsafeSlow(BLOCK_BYTES)
    return { users: 0, memory, read: read(memory, index * BLOCK_BYTES) }
  }
  return async (index) => {
    const entry = entries.get(index) ?? begin(index)
    entries.delete(index)
    entries.set(index, entry)
    entry.users++
    try {
      const bytes = await entry.read
      let used = true
      return {
        bytes,
        release: () => {
          if (used) entry.users--
          used = false
        },
      }
    } catch (error) {
      if (entries.get(index) === entry) entries.delete(index)
      throw error
    }
  }
}
