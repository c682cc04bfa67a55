import { createHash } from 'node:crypto'
import { open, readFile } from 'node:fs/promises'
import { FaultError } from '@homerack/errors'
import type { ImageManifest } from '../protocol/index.ts'
import { createBlockCache } from './http/block-cache.ts'
import type { ServedFile } from './http/send-file.ts'

/** The flash agent's bundle, in memory. @throws FaultError E_AGENT_UNREADABLE */
export async function loadAgent(path: string): Promise<ServedFile> {
  try {
    const content = await readFile(path)
    const sha256 = createHash('sha256').update(content).digest('hex')
    return { sha256, size: content.length, type: 'text/javascript', content }
  } catch (error) {
    const cause = `the flash agent cannot be read: ${(error as Error).message}`
    throw new FaultError({ code: 'E_AGENT_UNREADABLE', subject: path, cause }, { cause: error })
  }
}

/**
 * Opens the flash agent's runtime, an archive of Node and its libraries. @throws FaultError E_AGENT_UNREADABLE
 */
export async function openRuntime(path: string): Promise<{ runtime: ServedFile; close(): Promise<void> }> {
  try {
    const hash = createHash('sha256')
    let size = 0
    const file = await open(path)
    for await (const part of file.createReadStream({ start: 0, autoClose: false })) {
      hash.update(part)
      size += part.length
    }
    const type = 'application/x-cpio'
    return {
      runtime: { sha256: hash.digest('hex'), size, type, content: createBlockCache(file) },
      close: () => file.close(),
    }
  } catch (error) {
    const cause = `the flash agent's runtime cannot be read: ${(error as Error).message}`
    throw new FaultError({ code: 'E_AGENT_UNREADABLE', subject: path, cause }, { cause: error })
  }
}

/**
 * Opens the framed image once, so that replacing the file does not change what a board is being sent.
 * @throws FaultError E_IMAGE_UNREADABLE, also if the file is shorter than its manifest needs
 */
export async function openImage(
  path: string,
  manifest: ImageManifest,
): Promise<{ image: ServedFile; close(): Promise<void> }> {
  const unreadable = (cause: string): FaultError =>
    new FaultError({ code: 'E_IMAGE_UNREADABLE', subject: path, cause })
  const file = await open(path).catch((error: Error) => {
    throw unreadable(error.message)
  })
  const { size } = await file.stat()
  const needed = manifest.ranges.reduce((most, { frame }) => Math.max(most, frame.offset + frame.length), 0)
  if (size < needed) {
    await file.close()
    throw unreadable(`has ${size} bytes, but its map needs ${needed}`)
  }
  const image = { sha256: manifest.sha256, size, type: 'application/zstd', content: createBlockCache(file) }
  return { image, close: () => file.close() }
}
