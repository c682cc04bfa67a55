import { writeDot, writeEntry, writeLabel } from './directory-entry.ts'
import { planLayout, RESERVED_SECTORS } from './layout.ts'

export type FatVolume = {
  /** Up to 11 capitals. */
  readonly label: string
  /** Bytes, at least about 33 MiB. */
  readonly size: number
  /** Files by path, such as `overlays/disable-bt.dtbo`. Folders are made as needed. */
  readonly files: Readonly<Record<string, Uint8Array>>
  /** Sectors before the partition that will hold it. */
  readonly hiddenSectors?: number
}

type Folder = { files: Map<string, Uint8Array>; folders: Map<string, Folder> }

/**
 * A FAT32 volume: its bytes up to the last used one, the rest of `size` being zero. The same files give the
 * same bytes: all dates are 1980-01-01 and the volume's number is fixed.
 * @throws RangeError if the files do not fit or `size` is not one a FAT32 volume can have
 */
export function writeFat(volume: FatVolume): Buffer {
  const layout = planLayout(volume.size)
  const clusters = allocator(layout.clusterSectors * 512)
  storeFolder(tree(volume.files), clusters, { label: volume.label })
  const { fat, data } = clusters

  const free = layout.clusterCount - (fat.length - 2)
  if (free < 0) throw new RangeError('the files do not fit into the volume')
  const table = Buffer.alloc(layout.fatSectors * 512)
  fat.forEach((next, i) => {
    table.writeUInt32LE(next, i * 4)
  })
  const reserved = Buffer.alloc(RESERVED_SECTORS * 512)
  for (const sector of [0, 6]) {
    reserved.set(bootSector(volume, layout), sector * 512)
    reserved.set(fsInfo(free, fat.length), (sector + 1) * 512)
  }
  return Buffer.concat([reserved, table, table, ...data])
}

type Clusters = {
  readonly fat: number[]
  readonly data: Buffer[]
  /** Room for `length` bytes: its first cluster, and the bytes to fill. An empty file has no cluster. */
  readonly allocate: (length: number) => { first: number; bytes: Buffer }
}

function allocator(clusterBytes: number): Clusters {
  const fat = [0x0ffffff8, 0x0fffffff]
  const data: Buffer[] = []
  return {
    fat,
    data,
    allocate(length) {
      const count = Math.ceil(length / clusterBytes)
      const first = count === 0 ? 0 : fat.length
      for (let i = 1; i <= count; i++) fat.push(i < count ? first + i : 0x0fffffff)
      const bytes = Buffer.alloc(count * clusterBytes)
      data.push(bytes)
      return { first, bytes }
    },
  }
}

function tree(files: Readonly<Record<string, Uint8Array>>): Folder {
  const root: Folder = { files: new Map(), folders: new Map() }
  for (const [path, bytes] of Object.entries(files).toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const names = path.split('/')
    const name = names.pop() ?? ''
    let folder = root
    for (const part of names) {
      const next = folder.folders.get(part) ?? { files: new Map(), folders: new Map() }
      folder.folders.set(part, next)
      folder = next
    }
    folder.files.set(name, bytes)
  }
  return root
}

/** Stores a folder and all below it; returns its first cluster. */
function storeFolder(
  folder: Folder,
  clusters: Clusters,
  place: { label: string } | { parent: number },
): number {
  const names = [...folder.folders.keys(), ...folder.files.keys()]
  const entries = names.reduce((sum, name) => sum + 1 + Math.ceil(name.length / 13), 2)
  const { first, bytes } = clusters.allocate(entries * 32)

  const taken = new Set<string>()
  const parts =
    'label' in place ? [writeLabel(place.label)] : [writeDot('.', first), writeDot('..', place.parent)]
  const parent = 'label' in place ? 0 : first
  for (const [name, child] of folder.folders) {
    const firstCluster = storeFolder(child, clusters, { parent })
    parts.push(writeEntry({ name, isFolder: true, firstCluster, size: 0 }, taken))
  }
  for (const [name, content] of folder.files) {
    const file = clusters.allocate(content.length)
    file.bytes.set(content)
    parts.push(writeEntry({ name, isFolder: false, firstCluster: file.first, size: content.length }, taken))
  }
  Buffer.concat(parts).copy(bytes)
  return first
}

function bootSector({ label, hiddenSectors = 0 }: FatVolume, layout: ReturnType<typeof planLayout>): Buffer {
  const boot = Buffer.alloc(512)
  boot.set([0xeb, 0x58, 0x90], 0)
  boot.write('MSDOS5.0', 3, 'latin1')
  boot.writeUInt16LE(512, 11)
  boot[13] = layout.clusterSectors
  boot.writeUInt16LE(RESERVED_SECTORS, 14)
  boot[16] = 2
  boot[21] = 0xf8
  boot.writeUInt16LE(63, 24)
  boot.writeUInt16LE(255, 26)
  boot.writeUInt32LE(hiddenSectors, 28)
  boot.writeUInt32LE(layout.sectors, 32)
  boot.writeUInt32LE(layout.fatSectors, 36)
  boot.writeUInt32LE(2, 44)
  boot.writeUInt16LE(1, 48)
  boot.writeUInt16LE(6, 50)
  boot.set([0x80, 0, 0x29], 64)
  boot.writeUInt32LE(VOLUME_NUMBER, 67)
  boot.write(label.padEnd(11), 71, 11, 'latin1')
  boot.write('FAT32   ', 82, 'latin1')
  boot.set([0x55, 0xaa], 510)
  return boot
}

const VOLUME_NUMBER = 0x686f6d65

function fsInfo(freeClusters: number, nextFree: number): Buffer {
  const info = Buffer.alloc(512)
  info.write('RRaA', 0, 'latin1')
  info.write('rrAa', 484, 'latin1')
  info.writeUInt32LE(freeClusters, 488)
  info.writeUInt32LE(nextFree, 492)
  info.set([0x55, 0xaa], 510)
  return info
}
