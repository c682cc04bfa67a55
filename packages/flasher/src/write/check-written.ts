import { FaultError } from '@homerack/errors'
import type { Device } from '../device/open-device.ts'
import { createSharedFlush } from './shared-flush.ts'

/** Reads back into `found` what was written from `sent` at `start`. @throws FaultError E_DISK_VERIFY if it differs */
export type CheckWritten = (start: number, sent: Buffer, found: Buffer) => Promise<void>

/**
 * Compares what a disk gives back with what it was given, byte by byte, while that is still in memory. It is read
 * after a flush that began after the write, which is all that a program can do: no command makes a drive forget its
 * cache. It is not read again when all is written: that a later write damages it is not noticed here.
 * @param fresh the same disk, through a descriptor of its own
 */
export function createCheckWritten(device: Device, fresh: Device): CheckWritten {
  const flush = createSharedFlush(device.sync)
  return async (start, sent, found) => {
    await flush()
    await fresh.read(found, start)
    if (!found.equals(sent)) throw verifyFault(device.path, `the range at byte ${start}`)
  }
}

export const verifyFault = (subject: string, what: string): FaultError =>
  new FaultError({
    code: 'E_DISK_VERIFY',
    subject,
    cause: `what was read back is not what was written: ${what}`,
    hint: 'The disk or its connection is failing. It was left so that it does not boot.',
  })
