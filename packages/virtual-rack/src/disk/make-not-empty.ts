import { open } from 'node:fs/promises'
import { labelGuid, partitionTypes, writeGpt } from '@homerack/flasher'

const mebibyte = 1024 * 1024

/**
 * Gives a blank disk the partition table of a NAS, with something in it. A disk that holds anything stays as it
 * is.
 *
 * @returns whether the disk was blank
 */
export async function makeNotEmpty(path: string): Promise<boolean> {
  const file = await open(path, 'r+')
  try {
    const start = Buffer.alloc(mebibyte)
    await file.read(start, 0, start.length, 0)
    if (start.some((byte) => byte !== 0)) return false
    const { size } = await file.stat()
    const { primary, backup, backupOffset } = writeGpt(nasTable(size), size)
    await file.write(primary, 0, primary.length, 0)
    await file.write(backup, 0, backup.length, backupOffset)
    await file.write(Buffer.from('a family album'), 0, 14, 8 * mebibyte)
    return true
  } finally {
    await file.close()
  }
}

function nasTable(size: number): Parameters<typeof writeGpt>[0] {
  const block = (bytes: number) => Math.floor(bytes / 512)
  const partition = (number: number, name: string, start: number, end: number) => ({
    number,
    name,
    type: partitionTypes.linux,
    guid: labelGuid(`nas ${name}`),
    firstBlock: block(start),
    lastBlock: block(end) - 1,
    attributes: 0n,
  })
  return {
    diskGuid: labelGuid('nas'),
    sectorSize: 512,
    partitions: [
      partition(1, 'Synology', mebibyte, 8 * mebibyte),
      partition(2, 'swap', 8 * mebibyte, 16 * mebibyte),
      partition(3, 'volume1', 16 * mebibyte, size - 2 * mebibyte),
    ],
  }
}
