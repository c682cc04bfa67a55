import { createHash } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import {
  ADV_BYTES,
  type Gpt,
  type Meta,
  type Partition,
  partitionBytes,
  readGpt,
  readMeta,
  writeGpt,
  writeMeta,
} from '@homerack/flasher'
import { openNvme } from './nvme.ts'
import { type LayoutResult, layVolumes, type VolumeRequest } from './volume-layout.ts'

/** The partitions of an installed disk, and what Talos keeps in them. */
export type TalosDisk = {
  partitions(): Promise<readonly Partition[]>
  sectorSize(): Promise<number>
  /** Adds the volumes that are missing, both copies of the table in place. */
  provision(requests: readonly VolumeRequest[]): Promise<LayoutResult['failed']>
  /** What was last kept in a partition, or undefined if it is missing, blank or damaged. */
  read(label: string): Promise<unknown>
  /** @throws RangeError if there is no such partition: a bug of ours */
  write(label: string, value: unknown): Promise<void>
  /** Zeroes a partition's start, and removes it from the table if asked to. */
  wipe(label: string, drop: boolean): Promise<void>
  readMeta(): Promise<Meta>
  /** Sets a tag, or removes it. */
  writeMeta(tag: number, value: Uint8Array | undefined): Promise<void>
  /** The Talos versions of a disk that a stand-in image was written to. */
  readVersions(): Promise<TalosVersions>
  writeVersions(versions: TalosVersions): Promise<void>
}

/** What the boot loader starts, and what is in the other slot. */
export type TalosVersions = { talos?: string; fallback?: string }

const magic = Buffer.from('HRACKVOL')
/**
 * The first line of a stand-in's BOOT partition names its version, a second one the version in the other slot;
 * the rest of this block is zero.
 */
const versionHeaderBytes = 256
const wipeBytes = 1024 * 1024
const headerBytes = magic.length + 4 + 32

/** The disk whose file is at `path`. Files are opened for each step, so that a power cut leaves nothing open. */
export function talosDisk(path: string): TalosDisk {
  const table = () => withFile(path, readTable)
  return {
    partitions: async () => (await table()).partitions,
    sectorSize: async () => (await table()).sectorSize,
    provision: (requests) =>
      withFile(path, async (file) => {
        const { gpt, failed } = layVolumes(await readTable(file), await sizeOf(file), requests)
        await writeTable(file, gpt)
        return failed
      }),
    read: (label) => withFile(path, async (file) => readVolume(file, await find(file, label))),
    write: (label, value) =>
      withFile(path, async (file) => {
        const place = await find(file, label)
        if (!place) throw new RangeError(`there is no partition ${label} on ${path}`)
        const content = Buffer.from(JSON.stringify(value))
        const header = Buffer.alloc(headerBytes)
        magic.copy(header)
        header.writeUInt32BE(content.length, magic.length)
        createHash('sha256')
          .update(content)
          .digest()
          .copy(header, magic.length + 4)
        await put(file, Buffer.concat([header, content]), place.start)
      }),
    wipe: (label, drop) =>
      withFile(path, async (file) => {
        const place = await find(file, label)
        if (place) await put(file, Buffer.alloc(Math.min(place.length, wipeBytes)), place.start)
        const gpt = await readTable(file)
        if (drop)
          await writeTable(file, { ...gpt, partitions: gpt.partitions.filter(({ name }) => name !== label) })
      }),
    readMeta: () => withFile(path, metaOf),
    writeMeta: (tag, value) =>
      withFile(path, async (file) => {
        const place = await find(file, 'META')
        const meta = new Map(await metaOf(file))
        if (value) meta.set(tag, value)
        else meta.delete(tag)
        if (place) await put(file, writeMeta(meta), place.start)
      }),
    readVersions: () =>
      withFile(path, async (file) => {
        const place = await find(file, 'BOOT')
        const header = place && (await readerOf(file)(place.start, versionHeaderBytes)).toString()
        return Object.assign({}, ...(header?.match(/^\{.*\}$/gm) ?? []).map((line) => JSON.parse(line)))
      }),
    writeVersions: ({ talos, fallback }) =>
      withFile(path, async (file) => {
        const place = await find(file, 'BOOT')
        const header = Buffer.alloc(versionHeaderBytes)
        const lines = [{ homerack: 'stand-in', talos }, { fallback }]
        header.write(lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
        if (place) await put(file, header, place.start)
      }),
  }
}

async function withFile<T>(path: string, use: (file: FileHandle) => Promise<T>): Promise<T> {
  const file = await openNvme(path)
  try {
    return await use(file)
  } finally {
    await file.close()
  }
}

async function put(file: FileHandle, bytes: Uint8Array, offset: number): Promise<void> {
  await file.write(bytes, 0, bytes.length, offset)
  await file.datasync()
}

async function metaOf(file: FileHandle): Promise<Meta> {
  const place = await find(file, 'META')
  return (place && readMeta(await readerOf(file)(place.start, ADV_BYTES))) ?? new Map()
}

async function sizeOf(file: FileHandle): Promise<number> {
  return (await file.stat()).size
}

async function readTable(file: FileHandle): Promise<Gpt> {
  const { primary } = await readGpt({ size: await sizeOf(file), readAt: readerOf(file) })
  if (primary.state !== 'good') throw new RangeError('the disk has no partition table')
  return primary.gpt
}

/** The backup copy first: the disk stays readable whenever the power fails. */
async function writeTable(file: FileHandle, gpt: Gpt): Promise<void> {
  const { primary, backup, backupOffset } = writeGpt(gpt, await sizeOf(file))
  await file.write(backup, 0, backup.length, backupOffset)
  const boot = await readerOf(file)(0, 446)
  boot.copy(primary, 0)
  await file.write(primary, 0, primary.length, 0)
  await file.datasync()
}

async function find(file: FileHandle, label: string): Promise<{ start: number; length: number } | undefined> {
  const gpt = await readTable(file)
  const partition = gpt.partitions.find(({ name }) => name === label)
  return partition && partitionBytes(gpt, partition)
}

async function readVolume(
  file: FileHandle,
  place: { start: number; length: number } | undefined,
): Promise<unknown> {
  if (!place) return undefined
  const readAt = readerOf(file)
  const header = await readAt(place.start, headerBytes)
  if (!header.subarray(0, magic.length).equals(magic)) return undefined
  const length = header.readUInt32BE(magic.length)
  if (length > place.length - headerBytes) return undefined
  const content = await readAt(place.start + headerBytes, length)
  const hash = createHash('sha256').update(content).digest()
  return hash.equals(header.subarray(magic.length + 4)) ? JSON.parse(content.toString()) : undefined
}

function readerOf(file: FileHandle): (offset: number, length: number) => Promise<Buffer> {
  return async (offset, length) => {
    const buffer = Buffer.alloc(length)
    const { bytesRead } = await file.read(buffer, 0, length, offset)
    return buffer.subarray(0, bytesRead)
  }
}
