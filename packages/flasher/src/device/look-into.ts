import { open } from 'node:fs/promises'
import { readableFile } from '../bytes/readable.ts'
import type { DiskFound } from '../protocol/schemas.ts'
import { classifyDisk } from './classify-disk.ts'
import type { DiskSeen } from './find-disks.ts'

/** A disk with what it holds. One that cannot be read is named too: its content is unknown. */
export async function lookInto(disk: DiskSeen): Promise<DiskFound> {
  try {
    const handle = await open(disk.device, 'r')
    try {
      return { ...disk, content: await classifyDisk(readableFile(handle, disk.size), disk.sectorSize) }
    } finally {
      await handle.close()
    }
  } catch {
    return { ...disk, content: { kind: 'unknown' } }
  }
}
