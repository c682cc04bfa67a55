import { openDevice } from '../device/open-device.ts'
import { HEAD_BYTES } from '../protocol/limits.ts'
import { headIsRight } from './head.ts'
import { assembleHead, type ReadBackOptions, readBack } from './read-back.ts'

/** What a comparison found. Bytes count mapped content. */
export type Verified = {
  readonly right: boolean
  readonly bytes: number
  readonly ms: number
  /** Whether the first MiB and the backup GPT are those of the image, made to fit the disk. */
  readonly head: boolean
  /** Where wrong ranges begin, in bytes. */
  readonly wrong: readonly number[]
}

/**
 * Compares a disk with an image, range by range, and writes nothing. Holes are not looked at.
 * @throws FaultError those of `openDevice` and `fetchRange`
 */
export async function verifyImage(options: ReadBackOptions): Promise<Verified> {
  const started = performance.now()
  const body = options.manifest.ranges.filter(({ start }) => start >= HEAD_BYTES)
  const digests = await readBack(body, options)
  const wrong = body.filter(({ sha256 }, i) => digests[i]?.sha256 !== sha256).map(({ start }) => start)
  await using device = await openDevice(options.disk.device, options.disk.size, 'read')
  const head = await headIsRight(device, await assembleHead(options))
  return {
    right: head && wrong.length === 0,
    bytes: options.manifest.ranges.reduce((sum, { length }) => sum + length, 0),
    ms: performance.now() - started,
    head,
    wrong,
  }
}
