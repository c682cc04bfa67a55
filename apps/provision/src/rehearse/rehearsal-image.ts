import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type FramedImage, frameImage, makeStandInImage } from '@homerack/flasher'

export type RehearsalImageOptions = {
  readonly cache: string
  readonly talos: string
  readonly signal: AbortSignal
  /** Hears what takes time. */
  readonly tell: (detail: string) => void
}

/** The image that rehearsals flash: a stand-in with Talos' partitions and about 200 MB of content, made once. */
export async function rehearsalImage(options: RehearsalImageOptions): Promise<FramedImage> {
  const { cache, talos, signal, tell } = options
  await mkdir(cache, { recursive: true })
  const path = join(cache, `stand-in-${talos}.raw`)
  if (!existsSync(path)) {
    tell('makes the stand-in image that rehearsals flash, once')
    await makeStandInImage({ path, talosVersion: talos })
  }
  return frameImage({ source: path, cacheDir: cache, signal })
}
