import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { FaultError } from '@homerack/errors'
import { type Rack, readRack } from '@homerack/rack'
import { loadIdentities, readSopsFile, writeFileAtomic } from '@homerack/secrets'
import { type TalosContract, talosContract } from '../contract/talos-contract.ts'
import { parseSecretsBundle, secretsBundleFromTree } from '../secrets/parse-secrets-bundle.ts'
import type { SecretsBundle } from '../secrets/secrets-bundle.ts'

/** The options that all commands share. */
export type SharedOptions = {
  readonly rack: string
  readonly identity?: string
  readonly withSecrets?: string
  readonly out?: string
}

/** Where a command writes to when it is not a file. */
export type Print = (text: string) => void

export async function openRack({
  rack: file,
}: SharedOptions): Promise<{ rack: Rack; contract: TalosContract }> {
  const { rack } = await readRack(resolve(file))
  return { rack, contract: talosContract(rack.cluster.talos) }
}

/** The rack's bundle, from its SOPS file, or from a Talos secrets.yaml that was named instead. */
export async function openBundle(
  rack: Rack,
  { identity, withSecrets }: SharedOptions,
): Promise<SecretsBundle> {
  if (withSecrets) return parseSecretsBundle(await readText(withSecrets), withSecrets)
  const identities = await loadIdentities({ file: identity })
  const { tree } = await readSopsFile(rack.secrets.file, identities)
  return secretsBundleFromTree(tree, rack.secrets.file)
}

/** Throws `E_FILE` where the file cannot be read. */
export async function readText(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    const cause = error.code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${error.code})`
    throw new FaultError({ code: 'E_FILE', subject: file, cause })
  })
}

/** Writes to the file that was asked for, readable for its owner alone, or prints. */
export async function output(text: string, { out }: Pick<SharedOptions, 'out'>, print: Print): Promise<void> {
  if (out) await writeFileAtomic(out, text, { mode: 0o600 })
  else print(text)
}
