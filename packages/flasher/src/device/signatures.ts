import type { Readable } from '../bytes/readable.ts'

/** A file system or container, and where its superblock carries which bytes. Negative: from the disk's end. */
type Signature = { readonly type: string; readonly at: readonly number[]; readonly hex: string }

const KIB = 1024
const text = (value: string): string => Buffer.from(value, 'latin1').toString('hex')

const signatures: readonly Signature[] = [
  { type: 'xfs', at: [0], hex: text('XFSB') },
  { type: 'ext', at: [KIB + 56], hex: '53ef' },
  { type: 'btrfs', at: [64 * KIB + 64], hex: text('_BHRfS_M') },
  { type: 'f2fs', at: [KIB], hex: '1020f5f2' },
  { type: 'ntfs', at: [3], hex: text('NTFS    ') },
  { type: 'exfat', at: [3], hex: text('EXFAT   ') },
  { type: 'fat', at: [82], hex: text('FAT32   ') },
  { type: 'fat', at: [54], hex: text('FAT1') },
  { type: 'luks', at: [0, 16 * KIB], hex: `${text('LUKS')}babe` },
  { type: 'lvm', at: [0, 512, 1024, 1536], hex: text('LABELONE') },
  { type: 'swap', at: [4 * KIB - 10, 16 * KIB - 10, 64 * KIB - 10], hex: text('SWAPSPACE2') },
  { type: 'ceph-bluestore', at: [0], hex: text('bluestore block device') },
  { type: 'iso9660', at: [32 * KIB + 1], hex: text('CD001') },
  // Superblocks 1.1, 1.2 and 1.0, then 0.90 (which is 64 to 128 KiB before the end).
  { type: 'mdraid', at: [0, 4 * KIB, -8 * KIB], hex: 'fc4e2ba9' },
]

/** The kind of file system or container a disk holds without partitions, or undefined. */
export async function findSignature(disk: Readable): Promise<string | undefined> {
  for (const { type, at, hex } of signatures)
    for (const offset of at) if (await has(disk, offset < 0 ? disk.size + offset : offset, hex)) return type
  if (await has(disk, Math.floor(disk.size / (64 * KIB)) * 64 * KIB - 64 * KIB, 'fc4e2ba9')) return 'mdraid'
  return (await hasZfsLabel(disk)) ? 'zfs' : undefined
}

async function has(disk: Readable, offset: number, hex: string): Promise<boolean> {
  return offset >= 0 && (await disk.readAt(offset, hex.length / 2)).toString('hex') === hex
}

/** ZFS keeps four labels, two at each end; in each, from 128 KiB on, uberblocks with a magic of either byte order. */
async function hasZfsLabel(disk: Readable): Promise<boolean> {
  const end = Math.floor(disk.size / (256 * KIB)) * 256 * KIB
  for (const label of [0, 256 * KIB, end - 512 * KIB, end - 256 * KIB]) {
    if (label < 0) continue
    const uberblocks = await disk.readAt(label + 128 * KIB, 128 * KIB)
    for (let at = 0; at + 8 <= uberblocks.length; at += KIB)
      if (['0cb1ba0000000000', '0000000000bab10c'].includes(uberblocks.toString('hex', at, at + 8)))
        return true
  }
  return false
}
