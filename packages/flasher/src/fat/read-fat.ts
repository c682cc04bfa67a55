import { FaultError } from '@homerack/errors'
import type { Readable } from '../bytes/readable.ts'
import { type DirectoryEntry, readEntries } from './directory-entry.ts'
import { type FatLayout, readLayout } from './layout.ts'

/** A FAT32 volume, open for reading. Paths use `/`; names match in any case, as on every FAT. */
export type Fat = {
  readonly label: string
  /** @throws FaultError E_FAT if there is no such folder or the volume is damaged */
  readonly list: (path: string) => Promise<DirectoryEntry[]>
  /** What `path` names, or undefined. */
  readonly find: (path: string) => Promise<DirectoryEntry | undefined>
  /** @throws FaultError E_FAT if there is no such file or the volume is damaged */
  readonly readFile: (path: string) => Promise<Buffer>
}

const MOST_FOLDER_BYTES = 2 * 1024 * 1024
const MOST_FILE_BYTES = 256 * 1024 * 1024

/**
 * Opens a FAT32 volume. Damaged or hostile volumes end in a fault, never in a loop.
 * @throws FaultError E_FAT if it is no FAT32 volume
 */
export async function openFat(volume: Readable): Promise<Fat> {
  const layout = readLayout(await volume.readAt(0, 512), volume.size)
  const table = await volume.readAt(layout.fatStart, Math.min(layout.fatBytes, (layout.clusterCount + 2) * 4))
  const root: DirectoryEntry = { name: '', isFolder: true, firstCluster: layout.rootCluster, size: 0 }

  const list = async (folder: DirectoryEntry) =>
    readEntries(await readChain(volume, layout, table, folder.firstCluster, MOST_FOLDER_BYTES))
  const find = async (path: string) => {
    let entry: DirectoryEntry | undefined = root
    for (const name of path.split('/').filter(Boolean)) {
      if (!entry?.isFolder) return undefined
      const wanted = name.toLowerCase()
      entry = (await list(entry)).find((child) => child.name.toLowerCase() === wanted)
    }
    return entry
  }
  return {
    label: layout.label,
    find,
    async list(path) {
      const entry = await find(path)
      if (!entry?.isFolder) throw damaged(`there is no folder ${path}`)
      return list(entry)
    },
    async readFile(path) {
      const entry = await find(path)
      if (!entry || entry.isFolder) throw damaged(`there is no file ${path}`)
      // A chain may run in a circle; a file that does would be as long as it claims.
      if (entry.size > Math.min(MOST_FILE_BYTES, volume.size))
        throw damaged(`${path} is ${entry.size} bytes long`)
      const bytes = await readChain(volume, layout, table, entry.firstCluster, entry.size)
      if (bytes.length < entry.size)
        throw damaged(`${path} ends after ${bytes.length} of ${entry.size} bytes`)
      return bytes.subarray(0, entry.size)
    },
  }
}

/** The bytes of a chain of clusters, up to the cluster in which `most` bytes are reached. */
async function readChain(
  volume: Readable,
  layout: FatLayout,
  table: Buffer,
  first: number,
  most: number,
): Promise<Buffer> {
  const parts: Buffer[] = []
  let length = 0
  let cluster = first
  while (length < most && cluster >= 2 && cluster < layout.clusterCount + 2) {
    // Neighbours are read at once: most files lie in one piece.
    const start = cluster
    let run = 0
    do {
      run++
      cluster = cluster * 4 + 4 <= table.length ? table.readUInt32LE(cluster * 4) & 0x0fffffff : 0
    } while (
      cluster === start + run &&
      cluster < layout.clusterCount + 2 &&
      length + run * layout.clusterBytes < most
    )
    const offset = layout.dataStart + (start - 2) * layout.clusterBytes
    const bytes = await volume.readAt(offset, run * layout.clusterBytes)
    if (bytes.length === 0) break
    parts.push(bytes)
    length += bytes.length
  }
  return Buffer.concat(parts)
}

const damaged = (cause: string): FaultError =>
  new FaultError({ code: 'E_FAT', subject: 'FAT32 volume', cause })
