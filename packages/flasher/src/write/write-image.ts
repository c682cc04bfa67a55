import { type Device, openDevice } from '../device/open-device.ts'
import { imageDigest } from '../protocol/image-digest.ts'
import { HEAD_BYTES } from '../protocol/limits.ts'
import type { ImageManifest } from '../protocol/schemas.ts'
import { verifyFault } from './check-written.ts'
import { clearDisk, type Discard } from './clear-disk.ts'
import { type Head, headIsRight, writeHead } from './head.ts'
import { MARKER_BYTES, type Marker, readMarker, writeMarker } from './marker.ts'
import type { Progress } from './progress.ts'
import { assembleHead, type FetchRange } from './read-back.ts'
import { writeBody } from './write-body.ts'

export type WriteImageOptions = {
  /** Path and bytes of the disk. `planWrite` has agreed to it. */
  readonly disk: { readonly device: string; readonly size: number }
  readonly manifest: ImageManifest
  readonly fetchRange: FetchRange
  readonly signal?: AbortSignal
  readonly onEvent?: (event: Progress) => void
  /** How old content is given up; for tests. */
  readonly discard?: Discard
  /** How the disk is opened; for tests. */
  readonly open?: typeof openDevice
}

/** What was done. Bytes count mapped content, not holes. */
export type Written = {
  readonly written: number
  /** Bytes that an earlier, interrupted write had already put right. */
  readonly skipped: number
  /** Until all was written; most of it was read back by then. */
  readonly writeMs: number
  /** What reading back took longer. */
  readonly verifyMs: number
  /** `imageDigest` of what was read back. */
  readonly sha256: string
}

/**
 * Writes an image to a disk, reads every range back past the page cache, and makes the disk bootable only then.
 * Stopped at any moment, it leaves a disk that does not boot and says whose it is; called again with the same
 * image it checks each range and writes only what is not right yet.
 * @throws FaultError E_DISK_VERIFY if the disk does not give back what it was given, and those of `openDevice`
 *   and `fetchRange`
 */
export async function writeImage(options: WriteImageOptions): Promise<Written> {
  const { disk, manifest, fetchRange, signal, onEvent, open = openDevice } = options
  await using device = await open(disk.device, disk.size, 'write')
  await using fresh = await open(disk.device, disk.size, 'read')
  const body = manifest.ranges.filter((range) => range.start >= HEAD_BYTES)
  const started = performance.now()
  const resumed = await takeOver(device, options)
  const { skipped, writtenAt } = await writeBody(device, fresh, body, {
    resumed,
    fetchRange,
    signal,
    onEvent,
  })
  const verifyMs = performance.now() - writtenAt
  const head = await assembleHead(options)
  signal?.throwIfAborted()
  await writeHead(device, head)
  await checkHead(device, fresh, head, manifest)

  const total = manifest.ranges.reduce((sum, { length }) => sum + length, 0)
  return {
    written: total - skipped,
    skipped,
    writeMs: performance.now() - started - verifyMs,
    verifyMs,
    // Every range was compared with its SHA-256, or with bytes that have it.
    sha256: imageDigest(manifest.ranges),
  }
}

/** Puts the marker on the disk and clears it, unless an interrupted write of the same image has. */
async function takeOver(device: Device, { manifest, discard, signal }: WriteImageOptions): Promise<boolean> {
  const block = device.allocate(MARKER_BYTES)
  await device.read(block, 0)
  const found = readMarker(block)
  if (found?.image === manifest.sha256 && found.state === 'writing') return true
  const mark = async (state: Marker['state']) => {
    writeMarker({ image: manifest.sha256, state }).copy(block)
    await device.write(block, 0)
    await device.sync()
  }
  await mark('clearing')
  await clearDisk(device, manifest, { ...(discard && { discard }), ...(signal && { signal }) })
  await mark('writing')
  return false
}

/** A head that did not arrive gives its place back to the marker, so that the disk does not boot. */
async function checkHead(device: Device, fresh: Device, head: Head, manifest: ImageManifest) {
  if (await headIsRight(fresh, head)) return
  const block = device.allocate(MARKER_BYTES)
  writeMarker({ image: manifest.sha256, state: 'writing' }).copy(block)
  await device.write(block, 0)
  await device.sync()
  throw verifyFault(device.path, 'the partition table')
}
