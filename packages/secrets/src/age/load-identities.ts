import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { FaultError } from '@homerack/errors'
import { type Identity, parseIdentities } from './identity.ts'

export type IdentitySources = {
  /** A key file that must exist. */
  file?: string | undefined
  /** Default: process.env. */
  env?: Readonly<Record<string, string | undefined>>
  /** Default: the user's home. */
  home?: string
  platform?: NodeJS.Platform
}

/**
 * Every age identity to try, in this order: `file`, SOPS_AGE_KEY_FILE, SOPS_AGE_KEY, and the key file in the
 * user's configuration folder. The list is empty if there is none; the same key is listed once.
 *
 * These are the places of sops 3.13 (`age/keysource.go`), without its commands (SOPS_AGE_KEY_CMD) and SSH keys.
 * Throws E_AGE_IDENTITY for a named file that cannot be read and for text that is not an identity.
 */
export async function loadIdentities(sources: IdentitySources = {}): Promise<Identity[]> {
  const env = sources.env ?? process.env
  const found: Identity[] = []
  for (const file of [sources.file, env.SOPS_AGE_KEY_FILE])
    if (file) found.push(...(await parseIdentities(await readNamed(file), file)))
  if (env.SOPS_AGE_KEY) found.push(...(await parseIdentities(env.SOPS_AGE_KEY, 'SOPS_AGE_KEY')))
  for (const file of defaultFiles(env, sources)) {
    const text = await readIfThere(file)
    if (text !== undefined) found.push(...(await parseIdentities(text, file)))
  }
  const seen = new Set<string>()
  return found.filter(({ recipient }) => !seen.has(recipient) && seen.add(recipient))
}

function defaultFiles(env: NonNullable<IdentitySources['env']>, sources: IdentitySources): string[] {
  const home = sources.home ?? homedir()
  const config = env.XDG_CONFIG_HOME || join(home, '.config')
  const folders = [config]
  if ((sources.platform ?? process.platform) === 'darwin')
    folders.push(join(home, 'Library', 'Application Support'))
  return folders.map((folder) => join(folder, 'sops', 'age', 'keys.txt'))
}

async function readNamed(file: string): Promise<string> {
  const text = await readIfThere(file)
  if (text !== undefined) return text
  throw new FaultError({
    code: 'E_AGE_IDENTITY',
    subject: file,
    cause: 'the age key file does not exist',
    hint: `Make one with \`age-keygen -o ${file}\`, or correct the name.`,
  })
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw new FaultError({
      code: 'E_AGE_IDENTITY',
      subject: file,
      cause: `the age key file cannot be read (${code})`,
    })
  }
}
