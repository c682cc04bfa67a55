import { crc32 } from 'node:zlib'
import { ENTRY_BYTES, ENTRY_COUNT, entrySectors, type Gpt, type Partition } from './gpt.ts'
import { guidToBytes } from './guid.ts'

/** Both tables as bytes, and where they go. */
export type GptBytes = {
  /** Protective MBR, header and entries: from offset 0. */
  readonly primary: Buffer
  /** Entries and header: from `backupOffset` to the end of the disk. */
  readonly backup: Buffer
  readonly backupOffset: number
}

/**
 * Both copies of a GPT for a disk of `diskSize` bytes.
 * @throws RangeError if a partition overlaps another, leaves the usable area or cannot be named
 */
export function writeGpt(gpt: Gpt, diskSize: number): GptBytes {
  const sector = gpt.sectorSize
  const lastBlock = Math.floor(diskSize / sector) - 1
  const tableSectors = entrySectors(sector)
  const firstUsable = 2 + tableSectors
  const lastUsable = lastBlock - tableSectors - 1
  check(gpt.partitions, firstUsable, lastUsable)

  const entries = Buffer.alloc(tableSectors * sector)
  for (const partition of gpt.partitions) writeEntry(entries, partition)
  const header = (own: number, other: number, table: number) =>
    writeHeader({ gpt, own, other, table, firstUsable, lastUsable, entries })

  return {
    primary: Buffer.concat([protectiveMbr(lastBlock, sector), header(1, lastBlock, 2), entries]),
    backup: Buffer.concat([entries, header(lastBlock, 1, lastBlock - tableSectors)]),
    backupOffset: (lastBlock - tableSectors) * sector,
  }
}

function check(partitions: readonly Partition[], firstUsable: number, lastUsable: number): void {
  let end = firstUsable - 1
  for (const { name, number, ...at } of partitions.toSorted((a, b) => a.firstBlock - b.firstBlock)) {
    if (at.firstBlock <= end || at.lastBlock < at.firstBlock || at.lastBlock > lastUsable)
      throw new RangeError(`partition ${number} (${name}) overlaps another or leaves the disk`)
    if (number < 1 || number > ENTRY_COUNT || name.length > 36)
      throw new RangeError(`partition ${number} (${name}) has no place in the table`)
    end = at.lastBlock
  }
}

function writeEntry(entries: Buffer, partition: Partition): void {
  const at = (partition.number - 1) * ENTRY_BYTES
  entries.set(guidToBytes(partition.type), at)
  entries.set(guidToBytes(partition.guid), at + 16)
  entries.writeBigUInt64LE(BigInt(partition.firstBlock), at + 32)
  entries.writeBigUInt64LE(BigInt(partition.lastBlock), at + 40)
  entries.writeBigUInt64LE(partition.attributes, at + 48)
  entries.write(partition.name, at + 56, 'utf16le')
}

type Header = {
  gpt: Gpt
  own: number
  other: number
  table: number
  firstUsable: number
  lastUsable: number
  entries: Buffer
}

function writeHeader({ gpt, own, other, table, firstUsable, lastUsable, entries }: Header): Buffer {
  const header = Buffer.alloc(gpt.sectorSize)
  header.write('EFI PART', 0, 'latin1')
  header.writeUInt32LE(0x00010000, 8)
  header.writeUInt32LE(92, 12)
  header.writeBigUInt64LE(BigInt(own), 24)
  header.writeBigUInt64LE(BigInt(other), 32)
  header.writeBigUInt64LE(BigInt(firstUsable), 40)
  header.writeBigUInt64LE(BigInt(lastUsable), 48)
  header.set(guidToBytes(gpt.diskGuid), 56)
  header.writeBigUInt64LE(BigInt(table), 72)
  header.writeUInt32LE(ENTRY_COUNT, 80)
  header.writeUInt32LE(ENTRY_BYTES, 84)
  header.writeUInt32LE(crc32(entries.subarray(0, ENTRY_COUNT * ENTRY_BYTES)), 88)
  header.writeUInt32LE(crc32(header.subarray(0, 92)), 16)
  return header
}

/** One partition of type 0xee over the whole disk, so that tools that know only MBR leave it alone. */
function protectiveMbr(lastBlock: number, sectorSize: number): Buffer {
  const mbr = Buffer.alloc(sectorSize)
  mbr.set([0x00, 0x00, 0x02, 0x00, 0xee, 0xff, 0xff, 0xff], 446)
  mbr.writeUInt32LE(1, 454)
  mbr.writeUInt32LE(Math.min(lastBlock, 0xffffffff), 458)
  mbr.set([0x55, 0xaa], 510)
  return mbr
}
