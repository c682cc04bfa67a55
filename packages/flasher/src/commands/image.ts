import { writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { FaultError } from '@homerack/errors'
import { unwrapKernel } from '../image/zboot/unwrap-kernel.ts'
import { gigabytes, openImage, print, readInput, type SharedOptions, stopSignal } from './session.ts'

type ImageOptions = SharedOptions & {
  readonly kernel?: boolean
  readonly out?: string
  readonly gzip?: boolean
}

/** Frames an image, or unwraps a kernel. */
export async function image(file: string, options: ImageOptions): Promise<void> {
  if (options.kernel) return kernel(file, options)
  const { manifest, path } = await openImage(file, options, stopSignal())
  const mapped = manifest.ranges.reduce((sum, { length }) => sum + length, 0)
  const framed = manifest.ranges.reduce((sum, { frame }) => sum + frame.length, 0)
  const { sha256, size, ranges } = manifest
  if (options.json)
    return print(JSON.stringify({ path, sha256, size, mapped, framed, ranges: ranges.length }))
  print(
    `${path}\n${gigabytes(size)}, ${gigabytes(mapped)} of them content, ${gigabytes(framed)} as ${ranges.length} frames`,
  )
}

async function kernel(file: string, { out, json, ...options }: ImageOptions): Promise<void> {
  if (out === undefined)
    throw new FaultError({
      code: 'E_OPTION',
      subject: '--kernel',
      cause: 'say with --out where the kernel goes',
    })
  const { image: raw, packing } = await unwrapKernel(await readInput(file))
  const bytes = options.gzip ? await promisify(gzip)(raw, { level: 9 }) : raw
  await writeFile(out, bytes)
  const found = { out, packing, raw: raw.length, written: bytes.length }
  print(json ? JSON.stringify(found) : `${out}: ${raw.length} bytes of arm64 kernel, was ${packing}`)
}
