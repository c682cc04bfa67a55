import { digest } from '../bytes/digest.ts'
import { type Device, openDevice, roundUp } from '../device/open-device.ts'
import { HEAD_BYTES, RANGE_BYTES } from '../protocol/limits.ts'
import type { ImageManifest, ImageRange } from '../protocol/schemas.ts'
import { fitHead, type Head } from './head.ts'
import { parallel } from './parallel.ts'
import { type Progress, progressMeter } from './progress.ts'

/**
 * The raw bytes of a range, already checked against its SHA-256: in `into`, where they are to be written from, or in
 * memory of their own, as `readFrame` gives them.
 */
export type FetchRange = (
  range: ImageRange,
  signal: AbortSignal | undefined,
  into: Buffer<ArrayBuffer>,
) => Promise<Buffer>

export type ReadBackOptions = {
  /** Path and bytes of the disk. */
  readonly disk: { readonly device: string; readonly size: number }
  readonly manifest: ImageManifest
  readonly fetchRange: FetchRange
  readonly signal?: AbortSignal
  readonly onEvent?: (event: Progress) => void
}

/** Ranges that are fetched at a time. Each holds its frame, its raw bytes, and a copy that is hashed: at most 6 MiB. */
export const FETCHED_AT_ONCE = 3
const READ_AT_ONCE = 3

/** The SHA-256 digests of ranges of a disk, read through a descriptor of its own, past the page cache. */
export async function readBack(
  ranges: readonly ImageRange[],
  { disk, signal, onEvent }: ReadBackOptions,
): Promise<{ sha256: string }[]> {
  await using fresh = await openDevice(disk.device, disk.size, 'read')
  const meter = progressMeter('verify', ranges, onEvent)
  const buffers = Array.from({ length: READ_AT_ONCE }, () => fresh.allocate(RANGE_BYTES))
  const digests = ranges.map(() => ({ sha256: '' }))
  await parallel(ranges.entries(), READ_AT_ONCE, async ([i, range], slot) => {
    signal?.throwIfAborted()
    const buffer = buffers[slot]?.subarray(0, roundUp(range.length)) ?? Buffer.alloc(0)
    digests[i] = { sha256: await digestOf(fresh, range, buffer) }
    meter(range.length)
  })
  return digests
}

export async function digestOf(
  device: Device,
  range: ImageRange,
  buffer: Buffer<ArrayBuffer>,
): Promise<string> {
  await device.read(buffer, range.start)
  return digest(buffer.subarray(0, range.length))
}

/** An image's first MiB as it belongs on the disk. */
export async function assembleHead({ manifest, disk, fetchRange, signal }: ReadBackOptions): Promise<Head> {
  const image = Buffer.alloc(HEAD_BYTES)
  for (const range of manifest.ranges) {
    if (range.start >= HEAD_BYTES) continue
    const raw = await fetchRange(range, signal, Buffer.alloc(range.length))
    raw.copy(image, range.start)
  }
  return fitHead(image, manifest.size, disk.size)
}
