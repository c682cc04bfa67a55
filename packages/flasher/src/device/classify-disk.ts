import { isZero } from '../bytes/is-zero.ts'
import type { Readable } from '../bytes/readable.ts'
import { readGpt } from '../gpt/index.ts'
import type { DiskContent } from '../protocol/schemas.ts'
import { MARKER_BYTES, readMarker } from '../write/marker.ts'
import { findSignature } from './signatures.ts'

const EDGE = 1024 * 1024

/**
 * What a disk holds, told from its first and last MiB: every partition table and every file system that is
 * known here leaves a trace there. A disk counts as empty only if both are zero throughout.
 */
export async function classifyDisk(disk: Readable, sectorSize = 512): Promise<DiskContent> {
  const marker = readMarker(await disk.readAt(0, MARKER_BYTES))
  if (marker) return { kind: 'interrupted', image: marker.image }
  const partitioned = await readPartitions(disk, sectorSize)
  const type = partitioned ? undefined : await findSignature(disk)
  if (type) return { kind: 'filesystem', type }
  const edges = await Promise.all([disk.readAt(0, EDGE), disk.readAt(Math.max(0, disk.size - EDGE), EDGE)])
  if (edges.every(isZero)) return { kind: 'empty' }
  return partitioned ?? (await readMbr(disk)) ?? { kind: 'unknown' }
}

async function readPartitions(disk: Readable, sectorSize: number): Promise<DiskContent | undefined> {
  const { primary, backup } = await readGpt(disk, sectorSize)
  if (primary.state === 'absent' && backup.state === 'absent') return undefined
  const good = [primary, backup].find((copy) => copy.state === 'good')
  const partitions = (good?.gpt.partitions ?? []).map(({ name, type, firstBlock, lastBlock }) => ({
    name,
    type,
    size: (lastBlock - firstBlock + 1) * sectorSize,
  }))
  return { kind: 'partitioned', label: 'gpt', partitions }
}

async function readMbr(disk: Readable): Promise<DiskContent | undefined> {
  const mbr = await disk.readAt(0, 512)
  if (mbr.length < 512 || mbr.readUInt16BE(510) !== 0x55aa) return undefined
  const entries = [446, 462, 478, 494].map((at) => mbr.subarray(at, at + 16))
  const partitions = entries
    .filter((entry) => entry[4] !== 0)
    .map((entry) => ({
      name: '',
      type: `0x${entry.toString('hex', 4, 5)}`,
      size: entry.readUInt32LE(12) * 512,
    }))
  return { kind: 'partitioned', label: 'mbr', partitions }
}
