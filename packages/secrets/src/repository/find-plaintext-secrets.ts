import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Fault } from '@homerack/errors'
import { redactedPlace } from '../sops/place.ts'
import { listFiles } from './list-files.ts'
import { secretShapes } from './secret-shapes.ts'

export type ScanOptions = {
  /** Skips files by their path relative to the root, with forward slashes: test data, for example. */
  readonly ignore?: (path: string) => boolean
  readonly signal?: AbortSignal
}

/** Files above this size, in bytes, are not scanned: no key file is that large. */
const largest = 2 ** 20

/**
 * Looks for secrets that lie unencrypted in a folder: age and PEM private keys, and the secrets of Talos and
 * Kubernetes files. In a Git repository it reads what is committed or could be (`git ls-files`), elsewhere
 * every file outside `.git` and `node_modules`. Binary files are skipped.
 *
 * Returns E_PLAINTEXT_SECRET faults, in the order of the files; none holds any part of a secret. It finds known
 * shapes only, so an empty list is no proof.
 */
export async function findPlaintextSecrets(root: string, options: ScanOptions = {}): Promise<Fault[]> {
  const faults: Fault[] = []
  for (const path of await listFiles(root, options.signal)) {
    options.signal?.throwIfAborted()
    if (!options.ignore?.(path)) faults.push(...scanText(await readText(join(root, path)), path))
  }
  return faults
}

/** The file's text, or nothing for what is not a readable text file, such as a dangling link. */
async function readText(file: string): Promise<string> {
  try {
    const { size } = await stat(file)
    const text = size <= largest ? await readFile(file, 'utf8') : ''
    return text.slice(0, 8192).includes('\0') ? '' : text
  } catch {
    return ''
  }
}

function scanText(text: string, path: string): Fault[] {
  const found = secretShapes.flatMap(({ what, pattern, check }) =>
    [...text.matchAll(pattern)]
      .filter((match) => check?.(match[0]) ?? true)
      .map((match) => ({ what, offset: match.index })),
  )
  return found
    .toSorted((a, b) => a.offset - b.offset)
    .map(({ what, offset }) => ({
      code: 'E_PLAINTEXT_SECRET',
      subject: path,
      cause: `${what} lies here in plain text`,
      hint: `Move it into a file encrypted by sops (\`sops encrypt --in-place ${path}\`), or out of the repository and into .gitignore.\nIf it was ever committed, make a new one: history keeps the old.`,
      place: redactedPlace(path, text, offset),
    }))
}
