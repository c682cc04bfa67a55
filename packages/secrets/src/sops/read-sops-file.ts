import { readFile } from 'node:fs/promises'
import { FaultError } from '@homerack/errors'
import type { Identity } from '../age/identity.ts'
import { type DecryptedSops, decryptSops } from './decrypt-sops.ts'
import type { SopsFormat } from './document.ts'

/** JSON for names that end in .json, YAML for all others. */
export function sopsFormatOf(file: string): SopsFormat {
  return file.endsWith('.json') ? 'json' : 'yaml'
}

/** Reads and decrypts a SOPS file. Throws E_SOPS_FILE if it cannot be read, and what `decryptSops` throws. */
export async function readSopsFile(file: string, identities: readonly Identity[]): Promise<DecryptedSops> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new FaultError({
      code: 'E_SOPS_FILE',
      subject: file,
      cause: error.code === 'ENOENT' ? 'the file does not exist' : `the file cannot be read (${error.code})`,
    })
  })
  return decryptSops(text, { format: sopsFormatOf(file), identities, file })
}
