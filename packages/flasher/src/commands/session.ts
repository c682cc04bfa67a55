import { readFile, realpath, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { basename, join } from 'node:path'
import { FaultError } from '@homerack/errors'
import { type DiskSeen, findDisks } from '../device/find-disks.ts'
import { type FramedImage, frameImage } from '../image/frame-image.ts'
import { openFrames, openRaw } from '../image/open-framed.ts'
import { detectPacking } from '../image/raw-chunks.ts'

/** Options that several commands share. */
export type SharedOptions = { readonly cache?: string; readonly json?: boolean; readonly systemRoot?: string }

export const print = (text: string): void => void process.stdout.write(`${text}\n`)

/** An abort signal that Ctrl-C and the service manager raise. */
export function stopSignal(): AbortSignal {
  const stop = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort())
  return stop.signal
}

/** Frames an image, or finds it framed. @throws FaultError E_IMAGE */
export function openImage(
  source: string,
  { cache }: SharedOptions,
  signal?: AbortSignal,
): Promise<FramedImage> {
  const cacheDir = cache ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'homerack/images')
  return frameImage({ source, cacheDir, ...(signal && { signal }) })
}

/** Gives an image's ranges from where that takes least: a raw file itself, else its frames. */
export async function openRanges(source: string, framed: FramedImage) {
  return (await detectPacking(source)) === 'raw' ? openRaw(source) : openFrames(framed.path)
}

/** @throws FaultError E_FILE */
export async function readInput(path: string): Promise<Buffer> {
  return readFile(path).catch((error: NodeJS.ErrnoException) => {
    const cause = error.code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${error.code})`
    throw new FaultError({ code: 'E_FILE', subject: path, cause })
  })
}

/**
 * The disk that a path names. A regular file counts as a disk whose serial is its name.
 * @throws FaultError E_DISK_MISSING, E_DISK_KIND for partitions and what is no disk
 */
export async function findTarget(path: string, { systemRoot = '/' }: SharedOptions): Promise<DiskSeen> {
  const device = await realpath(path).catch(() => path)
  const disks = await findDisks(systemRoot)
  const disk = disks.find((candidate) => candidate.device === device)
  if (disk) return disk
  const info = await stat(device).catch(() => undefined)
  const there = disks.map(
    ({ device, model, serial }) => `${device} (${model || 'no model'}, ${serial || 'no serial'})`,
  )
  const hint = there.length > 0 ? `Disks of this machine: ${there.join('; ')}` : undefined
  if (!info)
    throw new FaultError({ code: 'E_DISK_MISSING', subject: path, cause: 'there is no such disk', hint })
  if (info.isFile())
    return {
      device,
      model: 'file',
      serial: basename(device),
      size: info.size,
      sectorSize: 512,
      readOnly: false,
    }
  const cause = info.isBlockDevice()
    ? 'it is no whole disk: a partition, or stacked on other disks'
    : 'it is no disk'
  throw new FaultError({ code: 'E_DISK_KIND', subject: path, cause, hint })
}

export const gigabytes = (bytes: number): string =>
  bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.round(bytes / 1e6)} MB`
