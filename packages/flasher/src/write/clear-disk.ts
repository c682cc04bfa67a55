import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { isZero } from '../bytes/is-zero.ts'
import { type Device, roundUp } from '../device/open-device.ts'
import { HEAD_BYTES, RANGE_BYTES } from '../protocol/limits.ts'
import type { ImageManifest } from '../protocol/schemas.ts'

/**
 * Gives up a device's content from the second MiB on. `zeroed`: what was there reads as zeros now. `unsure`: it
 * may or may not.
 */
export type Discard = (device: Device) => Promise<'zeroed' | 'unsure'>

/** Behind the image Talos makes STATE (100 MiB) and begins EPHEMERAL: no old file system may be found there. */
const BEHIND_IMAGE = 256 * 1024 * 1024
const LAST_BYTES = 1024 * 1024

/**
 * Clears what an image does not overwrite. Its holes are zeros that count, an allocation table's for example, and
 * nothing old may be taken for a file system later. A discard promises nothing about what is read afterwards, and
 * not every device has one. So unless the discard is sure, the holes, the 256 MiB behind the image and the disk's
 * last MiB are read, and zeros are written where there are none.
 */
export async function clearDisk(
  device: Device,
  manifest: ImageManifest,
  { discard = discardDevice, signal }: { discard?: Discard; signal?: AbortSignal } = {},
): Promise<void> {
  if ((await discard(device)) === 'zeroed') return
  const zeros = device.allocate(RANGE_BYTES)
  const found = device.allocate(RANGE_BYTES)
  for (const { start, end } of holes(manifest, device.size)) {
    for (let at = start; at < end; at += RANGE_BYTES) {
      signal?.throwIfAborted()
      const length = Math.min(RANGE_BYTES, end - at)
      await device.read(found.subarray(0, length), at)
      if (!isZero(found.subarray(0, length))) await device.write(zeros.subarray(0, length), at)
    }
  }
}

/** A file is cut off and grown again. A disk gets BLKDISCARD, from a program, since Node has no ioctl. */
async function discardDevice(device: Device): Promise<'zeroed' | 'unsure'> {
  if (!device.isBlockDevice) {
    await device.truncate(HEAD_BYTES)
    await device.truncate(device.size)
    return 'zeroed'
  }
  // `-f` because the device is claimed: by us. Without the program or the ability the zeros do the work.
  await promisify(execFile)('blkdiscard', ['-f', '-o', String(HEAD_BYTES), device.path]).catch(
    () => undefined,
  )
  return 'unsure'
}

/** The stretches that must be clear, in bytes; `end` is not included. */
function* holes(
  { ranges, size }: ImageManifest,
  diskSize: number,
): Generator<{ start: number; end: number }> {
  let start = HEAD_BYTES
  for (const range of ranges) {
    if (range.start > start) yield { start, end: range.start }
    start = Math.max(start, roundUp(range.start + range.length))
  }
  const lastMiB = Math.max(size, diskSize - LAST_BYTES)
  const end = Math.min(size + BEHIND_IMAGE, lastMiB)
  if (end > start) yield { start, end }
  if (diskSize > lastMiB) yield { start: lastMiB, end: diskSize }
}
