import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

const dayMs = 24 * 3600 * 1000

/** Removes what of a folder has names like this and has not changed for so many days: for caches that only grow. */
export async function removeOld(folder: string, name: RegExp, days: number): Promise<void> {
  for (const each of (await readdir(folder)).filter((entry) => name.test(entry))) {
    const path = join(folder, each)
    // Another test file may do the same now.
    const changed = await stat(path).then(
      ({ mtimeMs }) => mtimeMs,
      () => undefined,
    )
    if (changed !== undefined && changed < Date.now() - days * dayMs)
      await rm(path, { recursive: true, force: true })
  }
}
