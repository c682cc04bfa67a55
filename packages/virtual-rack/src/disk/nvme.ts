import { type FileHandle, mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { FaultError } from '@homerack/errors'
import { HEAD_BYTES } from '@homerack/flasher'

/**
 * The file that plays an NVMe, made on first use: sparse, so that a terabyte takes no room until it is written.
 *
 * @param size in bytes
 * @throws FaultError E_RACK_DISK_SIZE if the file is there with another size.
 */
export async function insertNvme(path: string, size: number): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  const file = await open(path, 'a', 0o600)
  try {
    const found = (await file.stat()).size
    // The agent clears a file by cutting it off behind the head and growing it again; it may be stopped between.
    if (found <= HEAD_BYTES) await file.truncate(size)
    else if (found !== size) throw sizeFault(path, found, size)
  } finally {
    await file.close()
  }
}

/** Opens an NVMe for reading and writing. */
export async function openNvme(path: string): Promise<FileHandle> {
  return open(path, 'r+')
}

/** Discards everything: the disk reads as zeros again. */
export async function discardNvme(path: string): Promise<void> {
  const file = await openNvme(path)
  try {
    const { size } = await file.stat()
    await file.truncate(0)
    await file.truncate(size)
    await file.datasync()
  } finally {
    await file.close()
  }
}

function sizeFault(path: string, found: number, expected: number): FaultError {
  return new FaultError({
    code: 'E_RACK_DISK_SIZE',
    subject: path,
    cause: `the disk has ${found} bytes, the spec says ${expected}`,
    hint: 'Use another state folder, or remove this disk file to put in a new disk.',
  })
}
