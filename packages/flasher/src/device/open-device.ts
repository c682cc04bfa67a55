import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { FaultError } from '@homerack/errors'
import { BLOCK_BYTES } from '../protocol/limits.ts'

/** A disk, or a file that plays one, open past the page cache where the file system allows it. */
export type Device = AsyncDisposable & {
  readonly path: string
  /** Bytes. */
  readonly size: number
  /** Whether reads and writes go past the page cache (O_DIRECT). */
  readonly direct: boolean
  readonly isBlockDevice: boolean
  /** Memory that O_DIRECT accepts. `length` is rounded up to 4 KiB blocks. */
  readonly allocate: (length: number) => Buffer<ArrayBuffer>
  /** Fills `buffer`, which came from `allocate`, from `offset`. Both count in whole 4 KiB blocks. */
  readonly read: (buffer: Buffer, offset: number) => Promise<void>
  /** Writes `buffer`, which came from `allocate`, at `offset`. Both count in whole 4 KiB blocks. */
  readonly write: (buffer: Buffer, offset: number) => Promise<void>
  /** Returns once everything written is on the medium. */
  readonly sync: () => Promise<void>
  readonly truncate: (length: number) => Promise<void>
}

/**
 * Opens a disk. For writing, a block device is claimed (O_EXCL): one that is mounted or claimed is refused.
 * All operations throw FaultError: E_DISK_BUSY, E_DISK_MISSING, E_DISK_DENIED, E_DISK_GONE, E_DISK_IO.
 * @param size bytes: Linux does not tell it for block devices through `stat`
 */
export async function openDevice(path: string, size: number, mode: 'read' | 'write'): Promise<Device> {
  const access = mode === 'read' ? constants.O_RDONLY : constants.O_RDWR | constants.O_EXCL
  const { handle, direct } = await openDirect(path, access)
  const info = await handle.stat()
  const faulty = <T>(what: string, work: () => Promise<T>) => named(path, what, work)
  return {
    path,
    size,
    direct,
    isBlockDevice: info.isBlockDevice(),
    allocate: (length) => allocatePages(roundUp(length)),
    read: (buffer, offset) => faulty('read', () => transfer(handle, 'read', buffer, offset)),
    write: (buffer, offset) => faulty('written', () => transfer(handle, 'write', buffer, offset)),
    sync: () => faulty('written', () => handle.datasync()),
    truncate: (length) => faulty('written', () => handle.truncate(length)),
    [Symbol.asyncDispose]: () => handle.close(),
  }
}

/** `length` in whole 4 KiB blocks. */
export const roundUp = (length: number): number => Math.ceil(length / BLOCK_BYTES) * BLOCK_BYTES

async function openDirect(path: string, access: number): Promise<{ handle: FileHandle; direct: boolean }> {
  try {
    return { handle: await open(path, access | constants.O_DIRECT), direct: true }
  } catch (error) {
    // Some file systems, tmpfs among them, know no O_DIRECT.
    if ((error as NodeJS.ErrnoException).code !== 'EINVAL') throw deviceFault(path, 'opened', error)
    return { handle: await named(path, 'opened', () => open(path, access)), direct: false }
  }
}

/**
 * Memory that begins with a page, as O_DIRECT wants it. Node's own buffers begin anywhere and tell no address;
 * WebAssembly's memory is made of whole pages.
 */
function allocatePages(length: number): Buffer<ArrayBuffer> {
  const pages = Math.ceil(length / WASM_PAGE)
  return Buffer.from(new WebAssembly.Memory({ initial: pages, maximum: pages }).buffer, 0, length)
}

/** Node's types name WebAssembly without its values. */
declare const WebAssembly: {
  readonly Memory: new (pages: { initial: number; maximum: number }) => { readonly buffer: ArrayBuffer }
}
const WASM_PAGE = 64 * 1024

async function transfer(
  handle: FileHandle,
  way: 'read' | 'write',
  buffer: Buffer,
  offset: number,
): Promise<void> {
  for (let done = 0; done < buffer.length; ) {
    const [part, at] = [buffer.length - done, offset + done]
    const moved =
      way === 'read'
        ? (await handle.read(buffer, done, part, at)).bytesRead
        : (await handle.write(buffer, done, part, at)).bytesWritten
    if (moved === 0) throw Object.assign(new Error('the disk ends there'), { code: 'ENOSPC' })
    done += moved
  }
}

async function named<T>(path: string, what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw deviceFault(path, what, error)
  }
}

const codes: Readonly<Record<string, `E_${string}`>> = {
  EBUSY: 'E_DISK_BUSY',
  ENOENT: 'E_DISK_MISSING',
  EACCES: 'E_DISK_DENIED',
  EPERM: 'E_DISK_DENIED',
  ENODEV: 'E_DISK_GONE',
  ENXIO: 'E_DISK_GONE',
}

function deviceFault(path: string, what: string, error: unknown): FaultError {
  const { code = '', message } = error as NodeJS.ErrnoException
  const fault = {
    code: codes[code] ?? 'E_DISK_IO',
    subject: path,
    cause: `cannot be ${what}: ${message}`,
  } as const
  const hint = code === 'EBUSY' ? 'It is mounted or claimed by another program.' : undefined
  return new FaultError({ ...fault, hint }, { cause: error })
}
