import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { FaultError } from '@homerack/errors'
import type { Manifest } from '../object/manifest.ts'
import { throwAll } from '../object/object-fault.ts'
import { findDuplicates } from './find-duplicates.ts'
import { parseManifests } from './parse-manifests.ts'

/**
 * Reads every *.yaml, *.yml and *.json below a folder, in the order of their names. Files and folders whose name
 * begins with a dot are left out. YAML is read as kubectl reads it.
 *
 * Throws a FaultError with all faults of all files: E_MANIFESTS_FOLDER, E_MANIFESTS_EMPTY, E_YAML, E_MANIFEST,
 * E_MANIFEST_DUPLICATE.
 */
export async function readManifests(folder: string): Promise<Manifest[]> {
  const files = await listFiles(folder)
  if (files.length === 0) {
    throw new FaultError({
      code: 'E_MANIFESTS_EMPTY',
      subject: folder,
      cause: 'has no *.yaml, *.yml or *.json',
    })
  }
  const parsed = await Promise.all(
    files.map(async (file) => parseManifests(await readFile(file, 'utf8'), file)),
  )
  const manifests = parsed.flatMap((one) => one.manifests)
  throwAll([...parsed.flatMap((one) => one.faults), ...findDuplicates(manifests)])
  return manifests
}

async function listFiles(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true })
    return entries
      .filter((entry) => !entry.isDirectory() && /\.(ya?ml|json)$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((file) => !/[\\/]\./.test(file.slice(folder.length)))
      .sort()
  } catch (error) {
    const cause = `cannot be read as a folder (${(error as NodeJS.ErrnoException).code})`
    throw new FaultError({ code: 'E_MANIFESTS_FOLDER', subject: folder, cause }, { cause: error })
  }
}
