import { access, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type FramedImage, frameImage, makeStandInImage } from '@homerack/flasher'

/** The image that rehearsals flash: a stand-in with Talos' partitions and about 200 MB of content, made once. */
export async function rehearsalImage(
  cache: string,
  talos: string,
  signal: AbortSignal,
): Promise<FramedImage> {
  await mkdir(cache, { recursive: true })
  const path = join(cache, `stand-in-${talos}.raw`)
  const isMade = await access(path).then(
    () => true,
    () => false,
  )
  if (!isMade) tell('makes the stand-in image of 200 MB that rehearsals flash, once')
  if (!isMade) await makeStandInImage({ path, talosVersion: talos })
  return frameImage({ source: path, cacheDir: cache, signal })
}
