/** A partition. Blocks count from 0 in units of the disk's sector size; `lastBlock` is included. */
export type Partition = {
  /** Place in the table, counted from 1, as in `nvme0n1p1`. */
  readonly number: number
  readonly name: string
  readonly type: string
  readonly guid: string
  readonly firstBlock: number
  readonly lastBlock: number
  /** Attribute bits, see `legacyBoot`. */
  readonly attributes: bigint
}

/** A GUID partition table (UEFI 2.10, section 5.3). */
export type Gpt = {
  readonly diskGuid: string
  /** Bytes. */
  readonly sectorSize: number
  readonly partitions: readonly Partition[]
}

/** Attribute bit 2: "legacy BIOS bootable". */
export const legacyBoot = 1n << 2n

/** Entries in a table, and bytes in an entry, that every tool writes. */
export const ENTRY_COUNT = 128
export const ENTRY_BYTES = 128

/** Sectors that the entries of one table take. */
export const entrySectors = (sectorSize: number): number =>
  Math.ceil((ENTRY_COUNT * ENTRY_BYTES) / sectorSize)

/** Where a partition lies on the disk, in bytes. */
export function partitionBytes(gpt: Gpt, partition: Partition): { start: number; length: number } {
  return {
    start: partition.firstBlock * gpt.sectorSize,
    length: (partition.lastBlock - partition.firstBlock + 1) * gpt.sectorSize,
  }
}
