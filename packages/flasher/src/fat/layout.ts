import { FaultError } from '@homerack/errors'

/** Where things are in a FAT32 volume, in bytes (Microsoft FAT specification 1.03). */
export type FatLayout = {
  readonly clusterBytes: number
  readonly fatStart: number
  readonly fatBytes: number
  readonly dataStart: number
  /** Clusters are numbered from 2 to `clusterCount + 1`. */
  readonly clusterCount: number
  readonly rootCluster: number
  readonly label: string
}

/** FAT32 begins where FAT16 ends: the number of clusters alone decides the type. */
export const MIN_CLUSTERS = 65_525

/**
 * Reads a volume's boot sector.
 * @throws FaultError E_FAT if it is not the boot sector of a FAT32 volume of at most `volumeBytes`
 */
export function readLayout(boot: Buffer, volumeBytes: number): FatLayout {
  const fault = (cause: string) => new FaultError({ code: 'E_FAT', subject: 'FAT32 volume', cause })
  if (boot.length < 512 || boot.readUInt16BE(510) !== 0x55aa) throw fault('there is no boot sector')
  const sectorBytes = boot.readUInt16LE(11)
  const clusterSectors = boot.readUInt8(13)
  const fats = boot.readUInt8(16)
  const fatSectors = boot.readUInt32LE(36)
  if (![512, 1024, 2048, 4096].includes(sectorBytes) || !isPowerOfTwo(clusterSectors))
    throw fault(`sectors of ${sectorBytes} bytes, ${clusterSectors} to a cluster`)
  if (boot.readUInt16LE(22) !== 0 || fatSectors === 0 || fats < 1 || fats > 2)
    throw fault('it is FAT12 or FAT16, not FAT32')

  const sectors = boot.readUInt32LE(32)
  const fatStart = boot.readUInt16LE(14) * sectorBytes
  const dataStart = fatStart + fats * fatSectors * sectorBytes
  const clusterBytes = clusterSectors * sectorBytes
  const clusterCount = Math.floor((sectors * sectorBytes - dataStart) / clusterBytes)
  if (sectors * sectorBytes > volumeBytes) throw fault('it is larger than its partition')
  if (clusterCount < MIN_CLUSTERS) throw fault(`${clusterCount} clusters are too few for FAT32`)
  if (fatSectors * sectorBytes < (clusterCount + 2) * 4) throw fault('the allocation table is too short')
  if (clusterCount > MOST_CLUSTERS) throw fault(`${clusterCount} clusters are more than a boot partition has`)
  return {
    clusterBytes,
    fatStart,
    fatBytes: fatSectors * sectorBytes,
    dataStart,
    clusterCount,
    rootCluster: boot.readUInt32LE(44),
    label: boot.toString('latin1', 71, 82).trimEnd(),
  }
}

const isPowerOfTwo = (n: number): boolean => n > 0 && n <= 128 && (n & (n - 1)) === 0

/** The whole allocation table is held in memory while a volume is open: at most 64 MiB. */
const MOST_CLUSTERS = 16 * 1024 * 1024

/** Bytes of a volume before its data, and the numbers the boot sector states. */
export function planLayout(volumeBytes: number) {
  const sectors = Math.floor(volumeBytes / 512)
  for (const clusterSectors of [64, 32, 16, 8, 4, 2, 1]) {
    const fatSectors = Math.ceil(((sectors / clusterSectors + 2) * 4) / 512)
    const dataSector = RESERVED_SECTORS + 2 * fatSectors
    const clusterCount = Math.floor((sectors - dataSector) / clusterSectors)
    if (clusterCount >= MIN_CLUSTERS + 16)
      return { sectors, clusterSectors, fatSectors, dataSector, clusterCount }
  }
  throw new RangeError(`${volumeBytes} bytes are too few for a FAT32 volume`)
}

export const RESERVED_SECTORS = 32
