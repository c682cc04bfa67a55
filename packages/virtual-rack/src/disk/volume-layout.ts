import { type Gpt, labelGuid, type Partition, partitionTypes } from '@homerack/flasher'

/**
 * A volume that Talos provisions on the system disk. Sizes are bytes. `max` is told what is free; a volume
 * without one takes all of it, whether it was asked to grow or not (observed in Talos 1.14).
 */
export type VolumeRequest = { label: string; min: number; max?: (free: number) => number }

export type LayoutResult = { gpt: Gpt; failed: { label: string; cause: string }[] }

const mebibyte = 1024 * 1024
const tableEntryBytes = 128 * 128

/** STATE holds the machine config (facts: Talos 1.13, 100 MiB XFS). */
export const stateBytes = 100 * mebibyte

/** EPHEMERAL is at least 2 GiB. */
export const ephemeralMinimum = 2 * 1024 * mebibyte

/**
 * Adds partitions for volumes that the disk does not have yet, in order, each at the start of the largest gap, on
 * MiB boundaries. Volumes that exist stay as they are, whatever size is asked for now: provisioning happens once.
 */
export function layVolumes(gpt: Gpt, diskSize: number, requests: readonly VolumeRequest[]): LayoutResult {
  const { sectorSize } = gpt
  const partitions: Partition[] = [...gpt.partitions]
  const failed: LayoutResult['failed'] = []
  for (const { label, min, max } of requests) {
    if (partitions.some(({ name }) => name === label)) continue
    const { start, free } = largestGap({ ...gpt, partitions }, diskSize)
    const size = roundDown(Math.min(free, max?.(free) ?? free))
    if (size < Math.max(min, mebibyte)) {
      failed.push({ label, cause: `not enough space: ${free} bytes are left, ${min} are needed` })
      continue
    }
    partitions.push({
      number: freeNumber(partitions),
      name: label,
      type: partitionTypes.linux,
      guid: labelGuid(`${gpt.diskGuid} ${label}`),
      firstBlock: start / sectorSize,
      lastBlock: (start + size) / sectorSize - 1,
      attributes: 0n,
    })
  }
  return { gpt: { ...gpt, partitions }, failed }
}

/** The largest stretch without partitions, in bytes. The first MiB and the backup table stay free. */
function largestGap({ partitions, sectorSize }: Gpt, diskSize: number): { start: number; free: number } {
  const tableBytes = Math.ceil(tableEntryBytes / sectorSize) * sectorSize + sectorSize
  const sorted = partitions.toSorted((a, b) => a.firstBlock - b.firstBlock)
  const starts = [mebibyte, ...sorted.map(({ lastBlock }) => roundUp((lastBlock + 1) * sectorSize))]
  const ends = [
    ...sorted.map(({ firstBlock }) => roundDown(firstBlock * sectorSize)),
    roundDown(diskSize - tableBytes),
  ]
  const gaps = starts.map((start, index) => ({ start, free: Math.max(0, (ends[index] ?? 0) - start) }))
  return gaps.reduce((best, gap) => (gap.free > best.free ? gap : best))
}

function freeNumber(partitions: readonly Partition[]): number {
  const taken = new Set(partitions.map(({ number }) => number))
  let number = 1
  while (taken.has(number)) number += 1
  return number
}

function roundUp(bytes: number): number {
  return Math.ceil(bytes / mebibyte) * mebibyte
}

function roundDown(bytes: number): number {
  return Math.floor(bytes / mebibyte) * mebibyte
}
