import { join } from 'node:path'
import { type FramedImage, frameImage, makeStandInImage } from '../src/index.ts'

const MIB = 1024 * 1024

/** A small stand-in image, raw and framed: 278 MiB, 30 of them content, so about seven ranges. */
export async function makeSmallImage(
  dir: string,
  seed = 'test',
): Promise<{ raw: string; framed: FramedImage }> {
  const raw = join(dir, `${seed}.raw`)
  await makeStandInImage({
    path: raw,
    talosVersion: 'v1.13.9',
    contentBytes: 30 * MIB,
    bootBytes: 32 * MIB,
    seed,
  })
  return { raw, framed: await frameImage({ source: raw, cacheDir: join(dir, 'cache') }) }
}
