import { FaultError } from '@homerack/errors'
import { type Device, openDevice, roundUp } from '../device/open-device.ts'
import { imageDigest } from '../protocol/image-digest.ts'
import { HEAD_BYTES } from '../protocol/limits.ts'
import type { ImageManifest, ImageRange } from '../protocol/schemas.ts'
import { clearDisk, type Discard } from './clear-disk.ts'
import { type Head, headIsRight, writeHead } from './head.ts'
import { MARKER_BYTES, type Marker, readMarker, writeMarker } from './marker.ts'
import { parallel } from './parallel.ts'
import { type Progress, progressMeter } from './progress.ts'
import { allocateBuffers, assembleHead, digestOf, type FetchRange, IN_FLIGHT, readBack } from './read-back.ts'

export type WriteImageOptions = {
  /** Path and bytes of the disk. `planWrite` has agreed to it. */
  readonly disk: { readonly device: string; readonly size: number }
  readonly manifest: ImageManifest
  readonly fetchRange: FetchRange
  readonly signal?: AbortSignal
  readonly onEvent?: (event: Progress) => void
  /** How old content is given up; for tests. */
  readonly discard?: Discard
}

/** What was done. Bytes count mapped content, not holes. */
export type Written = {
  readonly written: number
  /** Bytes that an earlier, interrupted write had already put right. */
  readonly skipped: number
  readonly writeMs: number
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
  const { disk, manifest, signal } = options
  await using device = await openDevice(disk.device, disk.size, 'write')
  const body = manifest.ranges.filter((range) => range.start >= HEAD_BYTES)
  const started = performance.now()
  const resumed = await takeOver(device, options)
  const skipped = await writeBody(device, body, resumed, options)
  await device.sync()

  const verifyStarted = performance.now()
  const digests = await readBack(body, options)
  const wrong = body.filter((range, i) => digests[i]?.sha256 !== range.sha256)
  if (wrong[0]) throw verifyFault(disk.device, `${wrong.length} ranges, the first at byte ${wrong[0].start}`)
  const headStarted = performance.now()
  const head = await assembleHead(options)
  signal?.throwIfAborted()
  await writeHead(device, head)
  await checkHead(device, head, manifest)

  const total = manifest.ranges.reduce((sum, { length }) => sum + length, 0)
  const verifyMs = headStarted - verifyStarted
  return {
    written: total - skipped,
    skipped,
    writeMs: performance.now() - started - verifyMs,
    verifyMs,
    sha256: imageDigest([...manifest.ranges.filter((range) => range.start < HEAD_BYTES), ...digests]),
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

/** Writes all ranges but those that are already right; returns the bytes of the latter. */
async function writeBody(
  device: Device,
  ranges: readonly ImageRange[],
  resumed: boolean,
  { fetchRange, signal, onEvent }: WriteImageOptions,
): Promise<number> {
  const meter = progressMeter('write', ranges, onEvent)
  const buffers = allocateBuffers(device)
  let skipped = 0
  await parallel(ranges, IN_FLIGHT, async (range, slot) => {
    signal?.throwIfAborted()
    const buffer = buffers[slot]?.subarray(0, roundUp(range.length)) ?? Buffer.alloc(0)
    if (resumed && (await digestOf(device, range, buffer)) === range.sha256) {
      skipped += range.length
    } else {
      const raw = await fetchRange(range, signal, buffer.subarray(0, range.length))
      if (raw.buffer !== buffer.buffer) raw.copy(buffer)
      buffer.fill(0, range.length)
      await device.write(buffer, range.start)
    }
    meter(range.length)
  })
  return skipped
}

/** A head that did not arrive gives its place back to the marker, so that the disk does not boot. */
async function checkHead(device: Device, head: Head, manifest: ImageManifest) {
  await using fresh = await openDevice(device.path, device.size, 'read')
  if (await headIsRight(fresh, head)) return
  const block = device.allocate(MARKER_BYTES)
  writeMarker({ image: manifest.sha256, state: 'writing' }).copy(block)
  await device.write(block, 0)
  await device.sync()
  throw verifyFault(device.path, 'the partition table')
}

const verifyFault = (subject: string, what: string): FaultError =>
  new FaultError({
    code: 'E_DISK_VERIFY',
    subject,
    cause: `what was read back is not what was written: ${what}`,
    hint: 'The disk or its connection is failing. It was left so that it does not boot.',
  })
