import { randomBytes } from 'node:crypto'
import { open, realpath, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/**
 * Writes a whole file so that a reader, or a power cut, sees the old content or the new one, never a part.
 *
 * A temporary file in the same folder is written, fsynced and renamed over the target, then the folder is
 * fsynced. A symbolic link keeps pointing at its target, which is replaced.
 *
 * `mode` defaults to 0600, whatever the umask and whatever the old file had. With `sync: false` nothing is
 * fsynced: a reader still sees old or new, but a power cut may leave nothing. For files that can be made again.
 * Throws the errno errors of node:fs; the target is then as it was.
 */
export async function writeFileAtomic(
  file: string,
  data: string | Uint8Array,
  options: { mode?: number; sync?: boolean } = {},
): Promise<void> {
  const { mode = 0o600, sync = true } = options
  const target = await realpath(file).catch(() => file)
  const folder = dirname(target)
  const temporary = join(folder, `.${basename(target)}.${randomBytes(6).toString('hex')}.tmp`)
  try {
    await writeNew(temporary, data, mode, sync)
    await rename(temporary, target)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
  if (sync) await syncFolder(folder)
}

async function writeNew(file: string, data: string | Uint8Array, mode: number, sync: boolean): Promise<void> {
  const handle = await open(file, 'wx', mode)
  try {
    await handle.chmod(mode)
    await handle.writeFile(data)
    if (sync) await handle.sync()
  } finally {
    await handle.close()
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
