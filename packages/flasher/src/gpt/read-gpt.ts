import { crc32 } from 'node:zlib'
import type { Readable } from '../bytes/readable.ts'
import { ENTRY_BYTES, ENTRY_COUNT, type Gpt, type Partition } from './gpt.ts'
import { guidFromBytes } from './guid.ts'

/** One copy of a table: good, or why not. */
export type GptCopy =
  | { readonly state: 'good'; readonly gpt: Gpt }
  | { readonly state: 'absent' }
  | { readonly state: 'broken'; readonly reason: string }

/** Both copies as they are on the disk. Never throws on what it reads. */
export async function readGpt(
  disk: Readable,
  sectorSize = 512,
): Promise<{ primary: GptCopy; backup: GptCopy; protectiveMbr: boolean }> {
  const lastBlock = Math.floor(disk.size / sectorSize) - 1
  const mbr = await disk.readAt(0, 512)
  return {
    primary: await readCopy(disk, sectorSize, 1),
    backup: lastBlock > 1 ? await readCopy(disk, sectorSize, lastBlock) : { state: 'absent' },
    protectiveMbr: mbr.length === 512 && mbr.readUInt16BE(510) === 0x55aa && mbr[450] === 0xee,
  }
}

async function readCopy(disk: Readable, sectorSize: number, block: number): Promise<GptCopy> {
  const header = await disk.readAt(block * sectorSize, sectorSize)
  if (header.length < 512 || header.toString('latin1', 0, 8) !== 'EFI PART') return { state: 'absent' }
  const broken = (reason: string): GptCopy => ({ state: 'broken', reason })
  const headerBytes = header.readUInt32LE(12)
  if (headerBytes < 92 || headerBytes > sectorSize) return broken(`a header of ${headerBytes} bytes`)
  if (checksum(header.subarray(0, headerBytes)) !== header.readUInt32LE(16))
    return broken('the header checksum is wrong')
  if (number(header, 24) !== block) return broken('the header is not where it says it is')

  const count = header.readUInt32LE(80)
  if (header.readUInt32LE(84) !== ENTRY_BYTES || count < 1 || count > ENTRY_COUNT)
    return broken(`a table of ${count} entries of ${header.readUInt32LE(84)} bytes`)
  const entries = await disk.readAt(number(header, 72) * sectorSize, count * ENTRY_BYTES)
  if (entries.length < count * ENTRY_BYTES || crc32(entries) !== header.readUInt32LE(88))
    return broken('the checksum of the entries is wrong')

  const partitions = readEntries(entries)
  const [first, last] = [number(header, 40), number(header, 48)]
  let end = first - 1
  for (const partition of partitions.toSorted((a, b) => a.firstBlock - b.firstBlock)) {
    if (
      partition.firstBlock <= end ||
      partition.lastBlock > last ||
      partition.lastBlock < partition.firstBlock
    )
      return broken(`partition ${partition.number} overlaps another or leaves the usable area`)
    end = partition.lastBlock
  }
  if (last >= Math.floor(disk.size / sectorSize)) return broken('the usable area leaves the disk')
  return {
    state: 'good',
    gpt: { diskGuid: guidFromBytes(header.subarray(56, 72)), sectorSize, partitions },
  }
}

/** CRC32 of a header, computed with its own field zero. */
function checksum(header: Uint8Array): number {
  const copy = Buffer.from(header)
  copy.writeUInt32LE(0, 16)
  return crc32(copy)
}

/** A block number; what does not fit an exact number is beyond any disk. */
const number = (bytes: Buffer, at: number): number =>
  Math.min(Number(bytes.readBigUInt64LE(at)), Number.MAX_SAFE_INTEGER / 2 ** 16)

function readEntries(entries: Buffer): Partition[] {
  const partitions: Partition[] = []
  for (let at = 0; at < entries.length; at += ENTRY_BYTES) {
    const entry = entries.subarray(at, at + ENTRY_BYTES)
    if (entry.subarray(0, 16).every((byte) => byte === 0)) continue
    partitions.push({
      number: at / ENTRY_BYTES + 1,
      name: entry.toString('utf16le', 56, 128).replace(/\0.*$/s, ''),
      type: guidFromBytes(entry.subarray(0, 16)),
      guid: guidFromBytes(entry.subarray(16, 32)),
      firstBlock: number(entry, 32),
      lastBlock: number(entry, 40),
      attributes: entry.readBigUInt64LE(48),
    })
  }
  return partitions
}
