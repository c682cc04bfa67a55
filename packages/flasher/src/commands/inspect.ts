import { open } from 'node:fs/promises'
import { type BootDisk, inspectBootDisk } from '../boot-disk/inspect-boot-disk.ts'
import { type Readable, readableFile } from '../bytes/readable.ts'
import { classifyDisk } from '../device/classify-disk.ts'
import { partitionBytes } from '../gpt/index.ts'
import { openFramed } from '../image/open-framed.ts'
import { detectPacking } from '../image/raw-chunks.ts'
import type { DiskContent } from '../protocol/schemas.ts'
import { describeContent } from '../write/plan-write.ts'
import { findTarget, gigabytes, openImage, print, type SharedOptions } from './session.ts'

/** Says what a disk or an image holds. A packed image is framed first. */
export async function inspect(path: string, options: SharedOptions): Promise<void> {
  const disk = await findTarget(path, options)
  const packing = await detectPacking(disk.device)
  await using source = await openSource(path, disk, packing === 'raw', options)
  const content = await classifyDisk(source, disk.sectorSize)
  const bootDisk = await inspectBootDisk(source, disk.sectorSize)
  if (options.json)
    return print(JSON.stringify({ path, packing, size: source.size, content, ...plain(bootDisk) }))
  for (const line of describe(path, packing, source.size, content, bootDisk)) print(line)
}

async function openSource(
  path: string,
  { device, size }: { device: string; size: number },
  raw: boolean,
  options: SharedOptions,
): Promise<Readable & AsyncDisposable> {
  if (!raw) return openFramed(await openImage(path, options))
  const handle = await open(device)
  return { ...readableFile(handle, size), [Symbol.asyncDispose]: () => handle.close() }
}

/** Attributes of partitions are big integers, which JSON does not know. */
function plain({ gpt: _, meta: __, partitions, ...rest }: BootDisk) {
  return {
    ...rest,
    partitions: partitions.map(({ attributes, ...part }) => ({ ...part, attributes: `${attributes}` })),
  }
}

function describe(
  path: string,
  packing: string,
  size: number,
  content: DiskContent,
  found: BootDisk,
): string[] {
  const { gpt, partitions, talos, bootable, reasons } = found
  const rows = partitions.map((partition) => {
    const bytes = gpt ? partitionBytes(gpt, partition).length : 0
    return `  ${String(partition.number).padStart(2)}  ${partition.name.padEnd(12)} ${gigabytes(bytes).padStart(9)}`
  })
  return [
    `${path}: ${packing}, ${size} bytes, has ${describeContent(content)}`,
    ...rows,
    ...(talos ? [`a stand-in for Talos ${talos}`] : []),
    bootable ? 'a Raspberry Pi 5 would boot it' : `a Raspberry Pi 5 would not boot it: ${reasons.join('; ')}`,
  ]
}
