import { readableBytes } from '../bytes/readable.ts'
import { entrySectors } from './gpt.ts'
import { readGpt } from './read-gpt.ts'
import { type GptBytes, writeGpt } from './write-gpt.ts'

/**
 * The GPT at the start of an image, made to fit a disk of `diskSize` bytes: the backup copy moves to the
 * disk's end, and header and protective MBR say so. Partitions, GUIDs and boot code stay as they are.
 * @param head the image from offset 0, at least both sectors and the entries
 * @returns undefined if `head` holds no good GPT
 * @throws RangeError if a partition would leave the disk
 */
export async function fitGpt(
  head: Uint8Array,
  imageSize: number,
  diskSize: number,
  sectorSize = 512,
): Promise<GptBytes | undefined> {
  const image = { ...readableBytes(head), size: imageSize }
  const { primary } = await readGpt(image, sectorSize)
  if (
    primary.state !== 'good' ||
    primary.gpt.partitions.some((p) => p.firstBlock < 2 + entrySectors(sectorSize))
  )
    return undefined
  const fitted = writeGpt(primary.gpt, diskSize)
  fitted.primary.set(head.subarray(0, 446), 0)
  return fitted
}
