import { createHash, hash } from 'node:crypto'
import { mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { zstdCompress } from 'node:zlib'
import { FaultError } from '@homerack/errors'
import { RANGE_BYTES } from '../protocol/limits.ts'
import type { ImageManifest, ImageRange } from '../protocol/schemas.ts'
import { readIndex, writeIndex } from './framing-index.ts'
import { mapChunk } from './map-chunk.ts'
import { rawChunks } from './raw-chunks.ts'

const compress = promisify(zstdCompress)

/** A framed image: its manifest, and the file of concatenated zstd frames, named by its SHA-256. */
export type FramedImage = { readonly manifest: ImageManifest; readonly path: string }

export type FrameImageOptions = {
  /** The image: raw, zstd, gzip or xz. */
  readonly source: string
  /** A folder that keeps framed images. Asked again for the same source file, nothing is done. */
  readonly cacheDir: string
  readonly signal?: AbortSignal
  /** Raw bytes done so far. The total is known only for raw images. */
  readonly onEvent?: (event: { type: 'framing'; done: number; total?: number }) => void
}

/**
 * Makes an image ready to be served: finds its content, skips its holes, and recompresses it once into one zstd
 * frame for each range of at most 2 MiB, so that any range can be fetched and checked by itself.
 * @throws FaultError E_IMAGE if the image is missing, damaged or empty
 */
export async function frameImage(options: FrameImageOptions): Promise<FramedImage> {
  const { source, cacheDir, signal } = options
  const about = await stat(source, { bigint: true }).catch((error: Error) => {
    throw fault(source, error.message)
  })
  // A file that was changed or replaced has another inode, size or time of change.
  const identity = hash('sha256', [RANGE_BYTES, about.dev, about.ino, about.size, about.ctimeNs].join(':'))
  const index = join(cacheDir, `source-${identity}.index`)
  const known = await readIndex(index)
  if (known && (await isFramed(known, cacheDir)))
    return { manifest: known, path: framedPath(cacheDir, known) }

  await mkdir(cacheDir, { recursive: true })
  const temporary = join(cacheDir, `framing-${process.pid}-${identity.slice(0, 16)}`)
  try {
    const manifest = await writeFrames(options, temporary)
    signal?.throwIfAborted()
    const path = framedPath(cacheDir, manifest)
    await rename(temporary, path)
    await writeIndex(index, manifest)
    return { manifest, path }
  } catch (error) {
    if (error instanceof FaultError || signal?.aborted) throw error
    throw fault(source, (error as Error).message)
  } finally {
    await rm(temporary, { force: true })
  }
}

const framedPath = (dir: string, manifest: ImageManifest): string => join(dir, `${manifest.sha256}.frames`)

async function isFramed(manifest: ImageManifest, dir: string): Promise<boolean> {
  const length = manifest.ranges.reduce((end, { frame }) => Math.max(end, frame.offset + frame.length), 0)
  return (await stat(framedPath(dir, manifest)).catch(() => undefined))?.size === length
}

const fault = (source: string, cause: string): FaultError =>
  new FaultError({ code: 'E_IMAGE', subject: source, cause: `cannot be read as a disk image: ${cause}` })

async function writeFrames(options: FrameImageOptions, path: string): Promise<ImageManifest> {
  const { source, signal, onEvent } = options
  const handle = await open(path, 'w')
  try {
    const whole = createHash('sha256')
    const ranges: ImageRange[] = []
    let [size, frameEnd] = [0, 0]
    for await (const chunk of rawChunks(source, RANGE_BYTES, signal)) {
      const start = size
      const runs = mapChunk(chunk, start)
      // Compression runs on the thread pool, a chunk's runs side by side.
      const frames = await Promise.all(
        runs.map((run) =>
          compress(chunk.subarray(run.start, run.start + run.length), { chunkSize: run.length + 4096 }),
        ),
      )
      for (const [i, run] of runs.entries()) {
        const frame = frames[i] ?? Buffer.alloc(0)
        ranges.push({
          start: start + run.start,
          length: run.length,
          sha256: hash('sha256', chunk.subarray(run.start, run.start + run.length)),
          frame: { offset: frameEnd, length: frame.length },
        })
        whole.update(frame)
        await handle.write(frame, 0, frame.length, frameEnd)
        frameEnd += frame.length
      }
      size += chunk.length
      onEvent?.({ type: 'framing', done: size })
    }
    if (ranges.length === 0) throw fault(source, 'it holds nothing but zeros')
    await handle.datasync()
    return { sha256: whole.digest('hex'), size, ranges }
  } finally {
    await handle.close()
  }
}
