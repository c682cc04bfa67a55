import { type Device, roundUp } from '../device/open-device.ts'
import { RANGE_BYTES } from '../protocol/limits.ts'
import type { ImageRange } from '../protocol/schemas.ts'
import { createCheckWritten } from './check-written.ts'
import { createGate } from './gate.ts'
import { parallel } from './parallel.ts'
import { type Progress, progressMeter } from './progress.ts'
import { digestOf, FETCHED_AT_ONCE, type FetchRange } from './read-back.ts'

export type WriteBodyOptions = {
  /** Whether some of it may be on the disk already. */
  readonly resumed: boolean
  readonly fetchRange: FetchRange
  readonly signal: AbortSignal | undefined
  readonly onEvent: ((event: Progress) => void) | undefined
}

/** Ranges that are fetched, written or checked at a time. Each holds 2 MiB as sent and 2 MiB as read back. */
const UNDER_WAY = 6

/**
 * Writes ranges, all but those that are right already, and reads each back while others are being written.
 * @param fresh the same disk, through a descriptor of its own
 * @returns bytes that were right already, and when the last range was written
 * @throws FaultError E_DISK_VERIFY, and those of `fetchRange`
 */
export async function writeBody(
  device: Device,
  fresh: Device,
  ranges: readonly ImageRange[],
  { resumed, fetchRange, signal, onEvent }: WriteBodyOptions,
): Promise<{ skipped: number; writtenAt: number }> {
  const buffers = Array.from({ length: UNDER_WAY }, () => ({
    sent: device.allocate(RANGE_BYTES),
    found: fresh.allocate(RANGE_BYTES),
  }))
  const fetching = createGate(FETCHED_AT_ONCE)
  const check = createCheckWritten(device, fresh)
  let left = ranges.length
  let writtenAt = performance.now()
  let skipped = 0
  const onWritten = progressMeter('write', ranges, onEvent)
  // Told once all is written: until then, how far that is says more.
  const onChecked = progressMeter('verify', ranges, (event) => left === 0 && onEvent?.(event))
  const written = (range: ImageRange) => {
    onWritten(range.length)
    if (--left === 0) writtenAt = performance.now()
  }
  await parallel(ranges, UNDER_WAY, async (range, slot) => {
    signal?.throwIfAborted()
    const length = roundUp(range.length)
    const { sent, found } = buffers[slot] ?? {}
    if (!sent || !found) return
    if (resumed && (await digestOf(fresh, range, found.subarray(0, length))) === range.sha256) {
      skipped += range.length
      written(range)
    } else {
      const raw = await fetching(() => fetchRange(range, signal, sent.subarray(0, range.length)))
      if (raw.buffer !== sent.buffer) raw.copy(sent)
      sent.fill(0, range.length, length)
      await device.write(sent.subarray(0, length), range.start)
      written(range)
      await check(range.start, sent.subarray(0, length), found.subarray(0, length))
    }
    onChecked(range.length)
  })
  return { skipped, writtenAt }
}
